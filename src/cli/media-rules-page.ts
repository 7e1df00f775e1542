/** How dates and the prestart command of media are shown to a person. */

/** `from 2026-11-01 until 2027-02-01, whole days by the clock of each computer`. */
export function validityText({ from, until }: { readonly from?: string; readonly until?: string }): string {
  const days = [from === undefined ? '' : `from ${from}`, until === undefined ? '' : `until ${until}`];
  return `${days.filter((part) => part !== '').join(' ')}, whole days by the clock of each computer`;
}
