// Types for the type check of the package's JavaScript that are not part of its API.

declare namespace Core {
  /** A number of a lead, model, visit or account in the core. */
  type Handle = number;
  type Event = { type: string; at?: number | null; url?: string | null; props?: Record<string, any> | null };

  /** The names at the beginning of a compiled model. */
  interface Names {
    name: string;
    version: number;
    dimensions: string[];
    rules: string[];
    stages: string[];
    /** The number of a dimension, and its cutoffs: string and milli-points. */
    labels: [dimension: number, cutoffs: [text: string, at: number][]][];
    types: [name: string, fields: number[]][];
    fields: Field[];
  }

  /** The names in snapshots and receipts. `none` has all dimensions with 0 points; snapshots copy it. */
  type Parts = Pick<Names, "dimensions" | "rules" | "stages" | "labels"> & { none?: Record<string, number> };

  type Field = [part: number, names: string[]];

  /** The beginning of a compiled model. */
  interface Beginning extends Names {
    offset: number;
    score: [number, number];
    /** Set for the previous format. */
    isFormer?: boolean;
  }

  /** The data of a model that its objects keep. The tag does not read `offset` and `score`. */
  interface Head extends Omit<Beginning, "types" | "offset" | "score"> {
    hash: string;
    types: Map<string, Needs>;
    offset?: number;
    score: [number, number];
    none?: Record<string, number>;
    accounts?: Accounts;
  }

  /** The number of a type of event, and the numbers of the fields that the model reads from it. */
  interface Needs {
    number: number;
    needs: number[];
  }

  /** The model by which a model scores accounts. */
  interface Accounts {
    number: Handle;
    head: Beginning & Parts;
  }

  /** Who sends a signal. */
  interface Sender {
    subject: string;
    source: string;
    provenance: import("leadscore").Provenance;
    isEdge?: boolean;
    witnessed?: number;
  }

  interface Envelope {
    made: any;
    /** Returns the id of releases up to 0.1. */
    former: () => string;
  }

  interface Reading {
    make: (stage: number) => Envelope;
    fits: (stage: number) => boolean;
  }
}
