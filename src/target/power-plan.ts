/**
 * How the machine is kept awake. Windows Script Host cannot reach SetThreadExecutionState, which would end with the
 * process, so something lasting has to change: the active power plan. The plan of the machine is never edited. A copy of
 * it, in which the computer does not fall asleep by itself, is made active, and giving back is the old plan and no copy.
 */

/** GUID of the copy: always the same, so that a second copy is never made and the safety net knows it. */
export const AWAKE_PLAN = '6b2d0f5e-7c41-4f0a-9d83-1e5a94c7b210';

/** Balanced, which every Windows has: for when the plan that was active before is not known or gone. */
export const BALANCED_PLAN = '381b4222-f694-41f0-9685-ff5bb260df2e';

/** Whether two GUIDs of plans are the same. */
export function isSamePlan(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
