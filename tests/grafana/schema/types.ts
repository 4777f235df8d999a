// Grafana's types of a dashboard, made as loose as Grafana is about its files: every field may be missing, since there are
// defaults, and the members of an enumeration are written as their values. A field that Grafana does not know, a value of
// another type and one that an enumeration does not have stay errors.
import type { AnnotationQuery, Dashboard, Panel, RowPanel } from '@grafana/schema';
import type * as bargauge from './node_modules/@grafana/schema/dist/types/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as heatmap from './node_modules/@grafana/schema/dist/types/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as stat from './node_modules/@grafana/schema/dist/types/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as table from './node_modules/@grafana/schema/dist/types/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeline from './node_modules/@grafana/schema/dist/types/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as timeseries from './node_modules/@grafana/schema/dist/types/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

type Loose<T> = T extends string
  ? `${T}`
  : T extends number | boolean | null | undefined
    ? T
    : T extends (infer U)[]
      ? Loose<U>[]
      : unknown extends T
        ? T
        : { [K in keyof T]?: Loose<T[K]> | (K extends 'value' ? null : never) };

type Defaults<F> = Omit<NonNullable<Loose<Panel['fieldConfig']>>['defaults'] & {}, 'custom'> & { custom?: Loose<F> };
type Overrides = NonNullable<Loose<Panel['fieldConfig']>>['overrides'];

type Kind<T extends string, O, F = Record<string, never>> = Omit<Loose<Panel>, 'type' | 'options' | 'fieldConfig' | 'targets'> & {
  type: T;
  options: Loose<O>;
  fieldConfig: { defaults: Defaults<F>; overrides: Overrides };
  targets: Query[];
};

// What belongs to the Prometheus datasource is not in Grafana's schema: its queries, and how it makes annotations of them.
type Query = {
  refId: string;
  expr: string;
  datasource?: { type: 'prometheus'; uid: string };
  editorMode?: 'code' | 'builder';
  exemplar?: boolean;
  format?: 'time_series' | 'table' | 'heatmap';
  instant?: boolean;
  interval?: string;
  legendFormat?: string;
  range?: boolean;
};
type Annotation = Omit<Loose<AnnotationQuery>, 'target'> & {
  target?: Query;
  textFormat?: string;
  titleFormat?: string;
  useValueForTime?: boolean;
};

type Known =
  | Kind<'timeseries', timeseries.Options, timeseries.FieldConfig>
  | Kind<'stat', stat.Options>
  | Kind<'bargauge', bargauge.Options>
  | Kind<'heatmap', heatmap.Options, heatmap.FieldConfig>
  | Kind<'state-timeline', timeline.Options, timeline.FieldConfig>
  | Kind<'table', table.Options, table.FieldConfig>
  | (Loose<RowPanel> & { type: 'row' });

export type Checked = Omit<Loose<Dashboard>, 'annotations' | 'panels'> & {
  annotations: { list: Annotation[] };
  panels: Known[];
};
