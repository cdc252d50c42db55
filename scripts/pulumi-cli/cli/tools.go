//go:build tools

// Package tools pins the Pulumi CLI as a dependency, because `go install` refuses a module with replace directives.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
