/** Why something cannot be translated: the step becomes a `review` step with this reason. */
export class Untranslatable extends Error {}
