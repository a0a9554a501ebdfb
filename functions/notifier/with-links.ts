import type { Notification } from '../../shared/alerts/notification.ts';
import type { Happened } from '../../shared/happenings.ts';
import { type LinkMaker, linksOf } from '../../shared/links/alert-links.ts';
import { PortError } from '../../shared/ports.ts';

export interface LinkDeps {
  /** Absent: there is no responder. */
  links?: () => Promise<LinkMaker>;
  happened: Happened;
}

/**
 * The notification with a set of links for each alert. Copies of it, on whatever channel, carry links that act once
 * between them, and says what the first one said. A message without links is better than none: a key that cannot be
 * read is reported.
 */
export async function withLinks(deps: LinkDeps, notification: Notification): Promise<Notification> {
  if (deps.links === undefined) return notification;
  const { id: nonce, receiver, at } = notification;
  try {
    const maker = await deps.links();
    const alerts = notification.alerts.map((alert) => {
      const { ruleId, fingerprint, startsAt, status } = alert;
      const open = status === 'firing';
      return {
        ...alert,
        links: linksOf(maker, { ruleId, fingerprint, startsAt, receiver, nonce, open }, at),
      };
    });
    return { ...notification, alerts };
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    const reason = `${error.message}; messages have no links until it can be read`;
    deps.happened({ type: 'configuration', kind: 'responder', id: 'links', path: 'secret', reason });
    return notification;
  }
}
