import { endAddresses } from './escape.ts';

/** The parts of card JSON 2.0 that the cards are made of; an attribute that 2.0 does not know has a card refused. */

/** Beside `content`, what readers of these languages see. */
interface Translated {
  i18n_content?: { zh_cn: string; en_us: string };
}

export interface PlainText extends Translated {
  tag: 'plain_text';
  content: string;
  text_size?: 'heading' | 'normal' | 'notation';
  text_color?: 'default' | 'grey';
}

export type CardElement =
  | ({ tag: 'markdown'; content: string; text_size?: 'normal' | 'notation'; margin?: string } & Translated)
  | { tag: 'div'; text: PlainText; margin?: string }
  | { tag: 'hr' }
  | {
      tag: 'column_set';
      flex_mode: 'none' | 'stretch' | 'flow' | 'bisect' | 'trisect';
      horizontal_spacing?: string;
      columns: CardColumn[];
    }
  | {
      tag: 'collapsible_panel';
      expanded: boolean;
      header: { title: PlainText };
      border: { color: 'grey'; corner_radius: string };
      padding: string;
      elements: CardElement[];
    }
  | {
      tag: 'button';
      text: PlainText;
      type: 'default' | 'primary_filled';
      behaviors: { type: 'open_url'; default_url: string }[];
    }
  | { tag: 'chart'; aspect_ratio: '16:9' | '4:3' | '2:1' | '1:1'; chart_spec: Record<string, unknown> };

interface CardColumn {
  tag: 'column';
  width: 'weighted' | 'auto';
  weight?: number;
  vertical_spacing?: string;
  elements: CardElement[];
}

export interface Card {
  schema: '2.0';
  config: { update_multi: true; width_mode: 'fill'; summary: { content: string } & Translated };
  header: {
    title: PlainText;
    subtitle?: PlainText;
    template: string;
    text_tag_list: { tag: 'text_tag'; text: PlainText; color: string }[];
  };
  body: { direction: 'vertical'; padding: string; vertical_spacing: string; elements: CardElement[] };
}

export function plain(content: string, style: Omit<PlainText, 'tag' | 'content'> = {}): PlainText {
  return { tag: 'plain_text', content: endAddresses(content), ...style };
}

/** A button that opens a page; the first of several stands out. */
export function linkButton(label: string, url: string, first: boolean): CardElement {
  return {
    tag: 'button',
    text: plain(label),
    type: first ? 'primary_filled' : 'default',
    behaviors: [{ type: 'open_url', default_url: url }],
  };
}
