/** Gives the verbs of the engine to whoever runs this program. */
import { collect } from '../../../src/target/collect.js';
import { follow } from '../../../src/target/follow.js';
import { resume } from '../../../src/target/resume.js';
import { check, start } from '../../../src/target/start.js';

declare const out: Record<string, unknown>;

out['start'] = start;
out['resume'] = resume;
out['check'] = check;
out['collect'] = collect;
out['follow'] = follow;
