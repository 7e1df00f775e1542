/**
 * Which letters have an upper case on exFAT: the simple mapping of Unicode (UnicodeData.txt, field 12) in the Basic
 * Multilingual Plane, one unit to one unit, as Windows froze it in the days of exFAT: the letters of Unicode 5.0, without
 * those whose upper case does not lead back to them (dotless i, long s, micro sign, the Greek symbols), and with the
 * one-letter forms of Greek letters with iota (two of which, 1FCC and 1FFC, go the wrong way). It is data, because the tables of
 * a JavaScript engine grow with every version of Unicode, and the same media must be the same bytes with all of them.
 *
 * A test proves that the table made of it has the checksum E619D30D of the recommended one (7.2.5.1).
 *
 * Form: first letter, last letter, `/2` when only every other one, distance to the upper case.
 */
export const UPPER_CASE_LETTERS = `
61-7A-32 E0-F6-32 F8-FE-32 FF+121 101-12F/2-1 133-137/2-1 13A-148/2-1 14B-177/2-1 17A-17E/2-1 180+195
183-185/2-1 188-1 18C-1 192-1 195+97 199-1 19A+163 19E+130 1A1-1A5/2-1 1A8-1 1AD-1 1B0-1 1B4-1B6/2-1 1B9-1
1BD-1 1BF+56 1C6-2 1C9-2 1CC-2 1CE-1DC/2-1 1DD-79 1DF-1EF/2-1 1F3-2 1F5-1 1F9-21F/2-1 223-233/2-1 23A+10795
23C-1 23E+10792 242-1 247-24F/2-1 253-210 254-206 256-257-205 259-202 25B-203 260-205 263-207 268-209
269-211 26B+10743 26F-211 272-213 275-214 27D+10727 280-218 283-218 288-218 289-69 28A-28B-217 28C-71
292-219 37B-37D+130 3AC-38 3AD-3AF-37 3B1-3C1-32 3C2-31 3C3-3CB-32 3CC-64 3CD-3CE-63 3D9-3EF/2-1 3F2+7 3F8-1
3FB-1 430-44F-32 450-45F-80 461-481/2-1 48B-4BF/2-1 4C2-4CE/2-1 4CF-15 4D1-513/2-1 561-586-48 1D7D+3814
1E01-1E95/2-1 1EA1-1EF9/2-1 1F00-1F07+8 1F10-1F15+8 1F20-1F27+8 1F30-1F37+8 1F40-1F45+8 1F51-1F57/2+8
1F60-1F67+8 1F70-1F71+74 1F72-1F75+86 1F76-1F77+100 1F78-1F79+128 1F7A-1F7B+112 1F7C-1F7D+126 1F80-1F87+8
1F90-1F97+8 1FA0-1FA7+8 1FB0-1FB1+8 1FB3+9 1FCC-9 1FD0-1FD1+8 1FE0-1FE1+8 1FE5+7 1FFC-9 214E-28 2170-217F-16
2184-1 24D0-24E9-26 2C30-2C5E-48 2C61-1 2C68-2C6C/2-1 2C76-1 2C81-2CE3/2-1 2D00-2D25-7264 FF41-FF5A-32
`;
