import * as z from 'zod';

/** The name of a receiver, an inhibit rule, a time interval: what other parts of the document refer to. */
export const nameSchema = z
  .string({ error: 'a name' })
  .regex(/^\S(?:.{0,198}\S)?$/su, { error: 'a name of 1 to 200 characters, without white space at its ends' })
  .meta({ description: 'Name by which others refer to it' });

/** A rule's id (contract §1). */
export const ruleIdSchema = z
  .string({ error: 'an id such as order-errors' })
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, {
    error: 'an id of lower-case letters, digits and hyphens, at most 63, such as order-errors',
  })
  .meta({ description: 'Unique id: lower-case letters, digits and hyphens' });

/** A map of texts; YAML's numbers and booleans are taken as what they were written as. */
export const textMapSchema = z.record(
  z.string().min(1),
  z.union([z.string(), z.number(), z.boolean()], { error: 'a text' }).transform(String),
);
