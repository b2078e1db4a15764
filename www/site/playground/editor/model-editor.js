// <model-editor>: an editor for a model as JSON, with highlighting, completion and markers. It is in a shadow tree,
// where the editor's styles are adopted style sheets, which a content security policy without inline styles allows.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json, jsonLanguage } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, Transaction } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { completeModel } from "./completion.js";
import { changeAt } from "./edit.js";
import { rangeOf, treeOf } from "./pointers.js";
import { Schema } from "./schema.js";
import { theme } from "./theme.js";

/** A link can hold a model with as many errors as fit, and finding the place of one takes as long as the list is. */
const MARKED = 100;

class ModelEditor extends HTMLElement {
  #view;
  #frame = document.createElement("div");
  /** @type {(context: import("@codemirror/autocomplete").CompletionContext) => any} */
  #complete = () => null;
  /** Names from the journey that a model may use. */
  known = { events: new Set(), props: new Set() };

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    this.#frame.style.height = "100%";
    // Until there is a text: the numbers of its lines would push an empty one aside.
    this.#frame.style.visibility = "hidden";
    root.append(this.#frame);
    this.#view = new EditorView({ parent: this.#frame, root, state: this.#state("") });
  }

  /** Until it is there, nothing is completed. */
  set schema(schema) {
    this.#complete = completeModel(new Schema(schema), () => this.known);
  }

  get value() {
    return this.#view.state.doc.toString();
  }

  /** Another model: what was typed before cannot be undone into it. */
  set value(text) {
    this.#view.setState(this.#state(text));
    this.#frame.style.visibility = "";
  }

  /** Marks the compiler's first issues at their positions, and returns the positions. */
  mark(issues) {
    const { state } = this.#view;
    const tree = treeOf(state);
    const marks = issues.slice(0, MARKED).map((issue) => ({ ...issue, ...rangeOf(state, tree, issue) }));
    const diagnostics = marks.map(({ from, to, severity, message }) => ({ from, to, severity, message }));
    this.#view.dispatch(setDiagnostics(state, diagnostics));
    return marks.map(({ from, ...mark }) => ({ ...mark, line: state.doc.lineAt(from).number, from }));
  }

  /** Puts the cursor where a mark is. */
  show({ from, to }) {
    const end = this.#view.state.doc.length;
    const selection = { anchor: Math.min(from, end), head: Math.min(to, end) };
    this.#view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: "center" }) });
    this.#view.focus();
  }

  /** Changes a range as a person would, to be undone as one. */
  replace(from, to, insert) {
    this.#view.dispatch({
      changes: { from, to, insert },
      annotations: Transaction.userEvent.of("input"),
    });
  }

  /** Sets a value in the model, or removes it if the value is undefined. */
  setAt(path, value) {
    const change = changeAt(this.#view.state, path, value);
    if (change) this.replace(change.from, change.to, change.insert);
  }

  #state(doc) {
    return EditorState.create({
      doc,
      extensions: [
        lineNumbers(),
        foldGutter(),
        lintGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        autocompletion(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        EditorView.lineWrapping,
        // Not Tab: it leads out of the editor, as everywhere.
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...completionKeymap,
          ...lintKeymap,
        ]),
        json(),
        jsonLanguage.data.of({ autocomplete: (context) => this.#complete(context) }),
        theme,
        EditorView.contentAttributes.of({ "aria-label": "Scoring model as JSON", tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.dispatchEvent(new Event("edit"));
        }),
      ],
    });
  }
}

customElements.define("model-editor", ModelEditor);
