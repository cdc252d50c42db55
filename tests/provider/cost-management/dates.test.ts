import * as fc from "fast-check";
import { duration, format, instant, nextMidnight, yearsAfter } from "../../../provider/cost-management/dates";

const newYear = Date.UTC(2026, 0, 1);

describe("an instant", () => {
  test.each([
    ["a day", "2026-01-01", newYear],
    ["a time in UTC", "2026-01-01T00:00:00Z", newYear],
    ["a time without a zone, which is UTC on any machine", "2026-01-01T00:00:00", newYear],
    ["hours and minutes alone", "2026-01-01T00:00Z", newYear],
    ["milliseconds", "2026-01-01T00:00:00.000Z", newYear],
    ["the seven digits of .NET", "2026-01-01T00:00:00.0000000Z", newYear],
    ["an offset", "2026-01-01T02:00:00+02:00", newYear],
    ["an offset without a colon", "2026-01-01T02:00:00+0200", newYear],
    ["an offset behind", "2025-12-31T19:00:00-05:00", newYear],
    ["a blank for the T", "2026-01-01 00:00:00", newYear],
    ["small letters", "2026-01-01t00:00:00z", newYear],
    ["29 February of a leap year", "2028-02-29", Date.UTC(2028, 1, 29)],
  ])("%s", (_name, text, expected) => {
    expect(instant(text)).toBe(expected);
  });

  test.each([
    ["nothing", ""],
    ["a word", "tomorrow"],
    ["a year", "2026"],
    ["a month", "2026-01"],
    ["day before month", "31.01.2026"],
    ["the American order", "01/31/2026"],
    ["a day that the month lacks", "2026-04-31"],
    ["30 February with a zone", "2026-02-30T00:00:00+02:00"],
    ["29 February of another year", "2026-02-29"],
    ["month 13", "2026-13-01"],
    ["day 0", "2026-01-00"],
    ["hour 25", "2026-01-01T25:00:00Z"],
    ["a zone's name", "2026-01-01T00:00:00 CET"],
    ["seconds since the epoch", "1767225600"],
    ["blanks around it", " 2026-01-01 "],
    ["hour 24, which other readers take for the next day", "2026-01-01T24:00:00Z"],
    ["a moment before the first year", "0001-01-01T00:00:00+01:00"],
    ["a moment after the last year", "9999-12-31T23:59:59-01:00"],
    ["more behind it", "2026-01-01T00:00:00Z or so"],
  ])("%s is none", (_name, text) => {
    expect(instant(text)).toBeUndefined();
  });

  test("of text that looks like a date is a number or nothing, never an error", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(
          /^\d{4}-[0-3]\d-[0-4]\d([T ][0-3]\d:[0-7]\d(:[0-7]\d(\.\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})?)?$/,
        ),
        (text) => {
          const value = instant(text);
          expect(value === undefined || Number.isFinite(value)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("is the one that was formatted", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true }), (date) => {
        expect(instant(format(date.getTime()))).toBe(date.getTime());
      }),
    );
  });
});

describe("the format of the service", () => {
  test("has no empty fraction", () => expect(format(newYear)).toBe("2026-01-01T00:00:00Z"));
  test("keeps a fraction that is not empty", () => expect(format(newYear + 7)).toBe("2026-01-01T00:00:00.007Z"));
});

describe("the next midnight", () => {
  test.each([
    ["in the middle of a day", "2026-12-01T10:00:00Z", "2026-12-02T00:00:00Z"],
    [
      "at midnight itself: that moment is past when the request arrives",
      "2026-12-01T00:00:00Z",
      "2026-12-02T00:00:00Z",
    ],
    ["at the last moment of a year", "2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00Z"],
    ["before 29 February", "2028-02-28T12:00:00Z", "2028-02-29T00:00:00Z"],
  ])("%s", (_name, moment, midnight) => {
    expect(nextMidnight(Date.parse(moment))).toBe(midnight);
  });

  test("is always ahead, by a day at most", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date("2999-01-01"), noInvalidDate: true }), (date) => {
        const ahead = Date.parse(nextMidnight(date.getTime())) - date.getTime();
        expect(ahead > 0 && ahead <= 86_400_000).toBe(true);
      }),
    );
  });
});

describe("some years after", () => {
  test.each([
    ["the same day", "2026-12-02T00:00:00Z", 5, "2031-12-02T00:00:00Z"],
    ["29 February, to a year that has none", "2028-02-29T00:00:00Z", 5, "2033-02-28T00:00:00Z"],
    ["29 February, to a year that has one", "2028-02-29T06:30:00Z", 4, "2032-02-29T06:30:00Z"],
    [
      "no further than the last moment that a date-time can name",
      "9998-01-01T00:00:00Z",
      5,
      "9999-12-31T23:59:59.999Z",
    ],
    ["31 December", "2026-12-31T23:59:59Z", 1, "2027-12-31T23:59:59Z"],
  ])("%s", (_name, moment, years, expected) => {
    expect(yearsAfter(Date.parse(moment), years)).toBe(expected);
  });
});

describe("a duration", () => {
  test.each([
    ["90s", 90_000],
    ["30m", 1_800_000],
    ["1h30m", 5_400_000],
    ["2d", 172_800_000],
    ["1.5h", 5_400_000],
    ["250ms", 250],
    ["1m500ms", 60_500],
  ])("%s", (text, milliseconds) => {
    expect(duration(text)).toBe(milliseconds);
  });

  test.each(["", "30", "m", "30 m", "30min", "-30m", "30m later", "1h30", "PT30M", "1,5h", ".5h"])(
    "%j is none",
    (text) => {
      expect(duration(text)).toBeUndefined();
    },
  );
});
