// Detects submissions of embedded forms and calendars of other providers, with their ids, but never their contents.
import { attach } from "./life.js";
import { own, read, tried, warn } from "./page.js";
import { whenThere } from "./there.js";

/** The format of a form's id. Messages with other ids are ignored. */
const ID = /^[\w./-]{1,128}$/;

/** The path of a frame's address as the page has given it. */
const path = (source) =>
  [...read(document, "querySelectorAll").call(document, "iframe")]
    .filter((frame) => frame.contentWindow == source)
    .map(({ src }) => new URL(src).pathname.slice(1))[0];

/**
 * By provider:
 *
 * - `origins`: those of its frames
 * - `isInPage`: its script posts messages to the page itself, from the page's own origin
 * - `sent(message, source)`: of a message that says that something was sent, the form's id in a list; of any other nothing
 * - `forms`: forms of its script in the page itself, which the tracker leaves to this file: only the provider knows whether
 *   one was taken
 * - `follow(life, sent)`: for what is not a message; calls `sent` with the form's id
 */
const PROVIDERS = {
  hubspot: {
    // Legacy forms: https://developers.hubspot.com/docs/cms/start-building/features/forms/legacy-forms#form-events
    origins: /^https:\/\/([\w-]+\.)*(hsforms\.(com|net)|hubspot\.com)$/,
    isInPage: true,
    sent: ({ type, eventName, id }) => type == "hsFormCallback" && eventName == "onFormSubmitted" && [id],
    forms: ".hs-form,.hs-form-html form,.hs-form-frame form",
    // Forms of the newer editor: https://developers.hubspot.com/docs/api-reference/latest/marketing/forms/global-form-events
    follow: (life, sent) =>
      attach(life, window, ["hs-form-event:on-submission:success"], (event) =>
        sent(event.detail?.formId || tried(() => own("HubSpotFormsV4").getFormFromEvent(event).getFormId())),
      ),
  },
  calendly: {
    // https://developer.calendly.com/api-docs/overview/embedding/notifying-the-parent-window
    origins: /^https:\/\/calendly\.com$/,
    // The message contains the booking and the invitee, which are not read. The page's own address for the frame says
    // which calendar it is.
    sent: ({ event }, source) => event == "calendly.event_scheduled" && [path(source)],
  },
  typeform: {
    // https://www.typeform.com/developers/embed/callbacks/ and the messages of its library,
    // https://github.com/Typeform/embed/blob/main/packages/embed/src/utils/create-iframe/get-form-event-handler.ts
    origins: /^https:\/\/([\w-]+\.)*typeform\.com$/,
    sent: ({ type, formId }) => type == "form-submit" && [formId],
  },
  cal: {
    // https://cal.com/help/embedding/embed-events. `bookingSuccessful`, which it deprecates, is posted too.
    origins: /^https:\/\/(app\.)?cal\.com$/,
    sent: ({ originator, type, data }) => originator == "CAL" && type == "bookingSuccessfulV2" && [data?.eventTypeId],
  },
  marketo: {
    // https://experienceleague.adobe.com/en/docs/marketo-developer/marketo/javascriptapi/forms-api-reference
    forms: ".mktoForm",
    follow: (life, sent) =>
      whenThere(
        life,
        () => own("MktoForms2").whenReady && own("MktoForms2"),
        (api) =>
          api.whenReady((form) =>
            form.onSuccess(() => {
              if (!life.isOver) tried(() => sent(form.getId()));
              // The visitor is redirected as the form defines.
              return true;
            }),
          ),
      ),
  },
};

/**
 * Follows the providers of a list such as `hubspot cal=https://meet.acme.example`: after `=` follows a further origin
 * of its frames. `track` records an event.
 */
export function follow(life, list, { track }) {
  const followed = [];
  const forms = [];
  for (const item of String(list).split(/[\s,]+/)) {
    const [name, origin] = item.split("=");
    if (!name) continue;
    if (!Object.hasOwn(PROVIDERS, name)) {
      warn(`embeds: there is no "${name}", only ${Object.keys(PROVIDERS).join(", ")}`);
      continue;
    }
    const provider = PROVIDERS[name];
    const sent = (id) => {
      if (id != null && !(/^(string|number)$/.test(typeof id) && ID.test(id))) return;
      track("form_submit", { form_provider: name, form_id: id == null ? undefined : String(id) });
    };
    followed.push({ ...provider, origin, tell: sent });
    if (provider.forms) forms.push(provider.forms);
    tried(() => provider.follow?.(life, sent));
  }
  life.embedded = forms.join();
  attach(life, window, ["message"], ({ isTrusted, data, origin, source }) => {
    // The page itself, or a frame right in it: not one in another frame, and not a window that it has opened.
    const isPage = source == window && origin == location.origin;
    const isFrame = source != window && tried(() => source.parent == window);
    if (!isTrusted || !data || !(isPage || isFrame)) return;
    for (const { origins, origin: further, isInPage, sent, tell } of followed) {
      if (!sent || !(isPage ? isInPage : origin == further || origins.test(origin))) continue;
      const ids = tried(() => sent(data, source));
      if (ids) tell(ids[0]);
    }
  });
}
