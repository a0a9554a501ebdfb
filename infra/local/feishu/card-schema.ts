import * as z from 'zod';

/**
 * Card JSON 2.0 as documented, strict: an attribute that it does not know is an error. Only the components that a
 * custom bot can use; inputs and their callbacks are not among them.
 */

const i18n = z.partialRecord(z.enum(['zh_cn', 'en_us', 'ja_jp', 'zh_hk', 'zh_tw']), z.string()).optional();
const pixels = z.string().regex(/^-?\d{1,3}px(?: -?\d{1,3}px){0,3}$/);
const spacing = z.union([z.enum(['small', 'medium', 'large', 'extra_large']), pixels]);
const common = { element_id: z.string().max(20).optional(), margin: pixels.optional() };

const textStyle = {
  text_size: z.string().optional(),
  text_color: z.string().optional(),
  text_align: z.enum(['left', 'center', 'right']).optional(),
  lines: z.int().min(1).optional(),
};

const icon = z.strictObject({
  tag: z.enum(['standard_icon', 'custom_icon']),
  token: z.string().optional(),
  color: z.string().optional(),
  img_key: z.string().optional(),
  size: z.string().optional(),
});

const plainTextSchema = z.strictObject({
  tag: z.enum(['plain_text', 'lark_md']),
  content: z.string(),
  i18n_content: i18n,
  ...textStyle,
});

const titleText = z.union([
  plainTextSchema,
  z.strictObject({ tag: z.literal('markdown'), content: z.string(), i18n_content: i18n, ...textStyle }),
]);

const markdown = z.strictObject({
  tag: z.literal('markdown'),
  ...common,
  content: z.string(),
  i18n_content: i18n,
  text_align: textStyle.text_align,
  text_size: textStyle.text_size,
  icon: icon.optional(),
});

const div = z.strictObject({
  tag: z.literal('div'),
  ...common,
  width: z.string().optional(),
  text: plainTextSchema,
  icon: icon.optional(),
});

const openUrl = z.strictObject({
  type: z.literal('open_url'),
  default_url: z.string().min(1),
  pc_url: z.string().optional(),
  ios_url: z.string().optional(),
  android_url: z.string().optional(),
});

const button = z.strictObject({
  tag: z.literal('button'),
  ...common,
  type: z
    .enum([
      'default',
      'primary',
      'danger',
      'text',
      'primary_text',
      'danger_text',
      'primary_filled',
      'danger_filled',
      'laser',
    ])
    .optional(),
  size: z.enum(['tiny', 'small', 'medium', 'large']).optional(),
  width: z.string().optional(),
  text: z.strictObject({ ...plainTextSchema.shape, content: z.string().max(100) }).optional(),
  icon: icon.optional(),
  hover_tips: plainTextSchema.optional(),
  disabled: z.boolean().optional(),
  behaviors: z.array(openUrl).optional(),
});

const hr = z.strictObject({ tag: z.literal('hr'), ...common });

const img = z.strictObject({
  tag: z.literal('img'),
  ...common,
  img_key: z.string(),
  alt: plainTextSchema.optional(),
  title: plainTextSchema.optional(),
  scale_type: z.string().optional(),
  size: z.string().optional(),
  preview: z.boolean().optional(),
  corner_radius: z.string().optional(),
});

const chart = z.strictObject({
  tag: z.literal('chart'),
  ...common,
  aspect_ratio: z.enum(['1:1', '2:1', '4:3', '16:9']).optional(),
  color_theme: z.string().optional(),
  chart_spec: z.record(z.string(), z.unknown()),
  preview: z.boolean().optional(),
  height: z.string().optional(),
});

const table = z.strictObject({
  tag: z.literal('table'),
  ...common,
  page_size: z.int().min(1).max(10).optional(),
  row_height: z.string().optional(),
  header_style: z.record(z.string(), z.unknown()).optional(),
  columns: z.array(z.record(z.string(), z.unknown())).max(50),
  rows: z.array(z.record(z.string(), z.unknown())),
});

const layout = {
  direction: z.enum(['vertical', 'horizontal']).optional(),
  horizontal_spacing: spacing.optional(),
  horizontal_align: z.enum(['left', 'center', 'right']).optional(),
  vertical_spacing: spacing.optional(),
  vertical_align: z.enum(['top', 'center', 'bottom']).optional(),
  padding: pixels.optional(),
};

const column = z.strictObject({
  tag: z.literal('column'),
  ...common,
  ...layout,
  width: z.string().optional(),
  weight: z.int().min(1).max(5).optional(),
  background_style: z.string().optional(),
  get elements(): z.ZodOptional<z.ZodArray<z.ZodType>> {
    return z.array(elementSchema).optional();
  },
});

const columnSet = z.strictObject({
  tag: z.literal('column_set'),
  ...common,
  flex_mode: z.enum(['none', 'stretch', 'flow', 'bisect', 'trisect']).optional(),
  horizontal_spacing: spacing.optional(),
  horizontal_align: layout.horizontal_align,
  background_style: z.string().optional(),
  columns: z.array(column),
});

const collapsiblePanel = z.strictObject({
  tag: z.literal('collapsible_panel'),
  ...common,
  ...layout,
  expanded: z.boolean().optional(),
  background_color: z.string().optional(),
  header: z.strictObject({
    title: titleText,
    background_color: z.string().optional(),
    vertical_align: layout.vertical_align,
    padding: pixels.optional(),
    position: z.enum(['top', 'bottom']).optional(),
    width: z.string().optional(),
    icon: icon.optional(),
    icon_position: z.enum(['left', 'right', 'follow_text']).optional(),
    icon_expanded_angle: z.number().optional(),
  }),
  border: z.strictObject({ color: z.string().optional(), corner_radius: pixels.optional() }).optional(),
  get elements(): z.ZodArray<z.ZodType> {
    return z.array(elementSchema);
  },
});

const elementSchema: z.ZodType = z.lazy(() =>
  z.discriminatedUnion('tag', [markdown, div, button, hr, img, chart, table, columnSet, collapsiblePanel]),
);

export const HEADER_TEMPLATES = [
  'blue',
  'wathet',
  'turquoise',
  'green',
  'yellow',
  'orange',
  'red',
  'carmine',
  'violet',
  'purple',
  'indigo',
  'grey',
  'default',
] as const;

const textTag = z.strictObject({
  tag: z.literal('text_tag'),
  element_id: common.element_id,
  text: plainTextSchema,
  color: z.string().optional(),
});

export const cardSchema = z.strictObject({
  schema: z.literal('2.0'),
  config: z
    .strictObject({
      update_multi: z.literal(true).optional(),
      enable_forward: z.boolean().optional(),
      enable_forward_interaction: z.boolean().optional(),
      width_mode: z.enum(['compact', 'fill', 'default']).optional(),
      use_custom_translation: z.boolean().optional(),
      summary: z.strictObject({ content: z.string(), i18n_content: i18n }).optional(),
      locales: z.array(z.string()).optional(),
      style: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  card_link: z.strictObject({ url: z.string() }).optional(),
  header: z
    .strictObject({
      title: plainTextSchema,
      subtitle: plainTextSchema.optional(),
      template: z.enum(HEADER_TEMPLATES).optional(),
      icon: icon.optional(),
      text_tag_list: z.array(textTag).max(3).optional(),
      padding: pixels.optional(),
    })
    .optional(),
  body: z.strictObject({ ...layout, elements: z.array(elementSchema) }).optional(),
});
