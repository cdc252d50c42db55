/**
 * The two answers of Microsoft.Billing that tell an agreement: the billing account, and the billing property of a
 * subscription (both of 2024-04-01). An agreement that nothing tells is Other for an account (its true kinds are an
 * enumeration), and that of an enterprise for a subscription, like its quota id.
 */
import { parameter } from "../server/router";
import type { Route } from "../server/router";
import type { Agreement } from "../cost-management";
import type { ArmContext } from "./context";
import { requireSubscription } from "./subscriptions";

export function billingRoutes(context: ArmContext): readonly Route[] {
  return [
    {
      pattern: "/providers/Microsoft.Billing/billingAccounts/{billingAccountId}",
      name: "billingAccounts",
      methods: {
        GET: (_, parameters) => {
          const name = parameter(parameters, "billingAccountId");
          const id = `/providers/Microsoft.Billing/billingAccounts/${name}`;
          const agreement = context.agreementOf(id);
          const agreementType = agreement === undefined ? "Other" : agreementTypes[agreement];
          const properties = { agreementType, accountStatus: "Active", displayName: "Emulator" };
          return { status: 200, body: { id, name, type: "Microsoft.Billing/billingAccounts", properties } };
        },
      },
    },
    {
      pattern: "/subscriptions/{subscriptionId}/providers/Microsoft.Billing/billingProperty/default",
      name: "billingProperty",
      methods: {
        GET: (_, parameters) => {
          const subscription = `/subscriptions/${requireSubscription(context, parameter(parameters, "subscriptionId"))}`;
          const agreement = context.agreementOf(subscription) ?? "EA";
          const body = {
            id: `${subscription}/providers/Microsoft.Billing/billingProperty/default`,
            name: "default",
            type: "Microsoft.Billing/billingProperty",
            properties: { billingAccountAgreementType: agreementTypes[agreement] },
          };
          return { status: 200, body };
        },
      },
    },
  ];
}

const agreementTypes: Readonly<Record<Agreement, string>> = {
  EA: "EnterpriseAgreement",
  MCA: "MicrosoftCustomerAgreement",
  MPA: "MicrosoftPartnerAgreement",
  PAYG: "MicrosoftOnlineServicesProgram",
};
