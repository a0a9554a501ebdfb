/**
 * Property tests draw the same cases wherever they run, so that one commit has one result. PROPERTY_SEED tells them to
 * draw others: `random` (which is `npm run test:explore`) a new seed per property, a number that seed. A property that
 * fails names its seed and path; written into its own `fc.assert`, those two replay the one case.
 */
import fc from 'fast-check';

const FIXED = 20_261_121;

/** The seed to configure; none lets fast-check choose. Throws where PROPERTY_SEED is neither `random` nor an integer. */
function seedOf(asked: string | undefined): { seed?: number } {
  if (asked === undefined || asked === '') return { seed: FIXED };
  if (asked === 'random') return {};
  if (/^-?\d{1,9}$/.test(asked)) return { seed: Number(asked) };
  throw new Error(
    `PROPERTY_SEED is "${asked}", and should be "random" or an integer of at most nine digits.`,
  );
}

fc.configureGlobal({ ...fc.readConfigureGlobal(), ...seedOf(process.env.PROPERTY_SEED) });
