// The tree of an expression. Every node knows where it stands, for errors.

/** Binary operators; words and signs that mean the same are one. */
export type BinaryOperator =
  | '||'
  | '&&'
  | '=='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | 'in'
  | 'matches'
  | 'contains'
  | 'startsWith'
  | 'endsWith'
  | '..'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '**'
  | '??';

/** Unary operators. */
export type UnaryOperator = '!' | '-' | '+';

interface At {
  /** Offset in the source. */
  readonly offset: number;
}

/** One node. */
export type Node = At &
  (
    | {
        readonly kind: 'literal';
        readonly value: string | number | boolean | null;
        readonly isInteger?: boolean;
      }
    /** A name without call. */
    | { readonly kind: 'name'; readonly name: string }
    /** The element that a predicate is asked about, `#`. */
    | { readonly kind: 'element' }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] }
    | {
        readonly kind: 'unary';
        readonly operator: UnaryOperator;
        /** The operator as it is written: `not`, `and`. */
        readonly sign: string;
        readonly operand: Node;
      }
    | {
        readonly kind: 'binary';
        readonly operator: BinaryOperator;
        readonly sign: string;
        readonly left: Node;
        readonly right: Node;
      }
    | {
        readonly kind: 'conditional';
        readonly test: Node;
        readonly whenTrue: Node;
        readonly whenFalse: Node;
      }
    | { readonly kind: 'array'; readonly items: readonly Node[] }
    | { readonly kind: 'index'; readonly of: Node; readonly index: Node }
    | {
        readonly kind: 'slice';
        readonly of: Node;
        readonly from: Node | undefined;
        readonly to: Node | undefined;
      }
  );

/** Nodes of one kind. */
export type NodeOf<Kind extends Node['kind']> = Extract<Node, { kind: Kind }>;
