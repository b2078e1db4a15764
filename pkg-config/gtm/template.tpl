___TERMS_OF_SERVICE___

By creating or modifying this file you agree to Google Tag Manager's Community
Template Gallery Developer Terms of Service available at
https://developers.google.com/tag-manager/gallery-tos (or such other URL as
Google may provide), as modified from time to time.


___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "leadscore",
  "categories": ["ANALYTICS", "LEAD_GENERATION"],
  "brand": { "id": "brand_dummy", "displayName": "leadscore" },
  "description": "Scores the visitor as a lead, in the page. Loads the tag from your own site and sends nothing before a stage is reached.",
  "containerContexts": ["WEB"]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "loader",
    "displayName": "Address of loader.js",
    "help": "On your own site, beside tag.js and browser.wasm, such as https://www.acme.example/leadscore/loader.js",
    "simpleValueType": true,
    "valueValidators": [{ "type": "REGEX", "args": ["^https://.+"], "errorMessage": "An address that begins with https://" }]
  },
  {
    "type": "TEXT",
    "name": "model",
    "displayName": "Address of the compiled model",
    "help": "Such as /leadscore/acme.lsm",
    "simpleValueType": true,
    "valueValidators": [{ "type": "NON_EMPTY" }]
  },
  {
    "type": "TEXT",
    "name": "endpoint",
    "displayName": "Where signals are posted",
    "help": "Such as /signals. Without it they are dispatched in the page only.",
    "simpleValueType": true
  },
  {
    "type": "SELECT",
    "name": "consent",
    "displayName": "Consent",
    "help": "The consent until the visitor chooses, or the consent tool to follow",
    "simpleValueType": true,
    "defaultValue": "google",
    "macrosInSelect": true,
    "selectItems": [
      { "value": "google", "displayValue": "Google's Consent Mode" },
      { "value": "pending", "displayValue": "Pending, until consent() is called" },
      { "value": "granted", "displayValue": "Granted" },
      { "value": "tcf", "displayValue": "IAB TCF 2.x" },
      { "value": "gpp", "displayValue": "IAB GPP" },
      { "value": "onetrust", "displayValue": "OneTrust" },
      { "value": "cookiebot", "displayValue": "Cookiebot" },
      { "value": "klaro", "displayValue": "Klaro" },
      { "value": "vanilla-cookieconsent", "displayValue": "vanilla-cookieconsent" }
    ]
  },
  {
    "type": "TEXT",
    "name": "embeds",
    "displayName": "Embedded forms and calendars",
    "help": "Some of: hubspot calendly typeform cal marketo",
    "simpleValueType": true
  },
  {
    "type": "CHECKBOX",
    "name": "listen",
    "checkboxText": "Record the events of the data layer",
    "simpleValueType": true
  },
  {
    "type": "CHECKBOX",
    "name": "push",
    "checkboxText": "Push qualify_lead to the data layer for each signal",
    "simpleValueType": true,
    "defaultValue": true
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const injectScript = require('injectScript');
const setInWindow = require('setInWindow');

const options = { model: data.model, consent: data.consent };
if (data.endpoint) options.endpoint = data.endpoint;
if (data.embeds) options.embeds = data.embeds;
if (data.listen) options.listen = 'dataLayer';
if (data.push) options.push = 'dataLayer';

setInWindow('leadscoreOptions', options, true);
injectScript(data.loader, data.gtmOnSuccess, data.gtmOnFailure, 'leadscore');


___WEB_PERMISSIONS___

[
  {
    "instance": {
      "key": { "publicId": "inject_script", "versionId": "1" },
      "param": [
        {
          "key": "urls",
          "value": { "type": 2, "listItem": [{ "type": 1, "string": "https://*/*" }] }
        }
      ]
    },
    "clientAnnotations": { "isEditedByUser": true },
    "isRequired": true
  },
  {
    "instance": {
      "key": { "publicId": "access_globals", "versionId": "1" },
      "param": [
        {
          "key": "keys",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  { "type": 1, "string": "key" },
                  { "type": 1, "string": "read" },
                  { "type": 1, "string": "write" },
                  { "type": 1, "string": "execute" }
                ],
                "mapValue": [
                  { "type": 1, "string": "leadscoreOptions" },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": false }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": { "isEditedByUser": true },
    "isRequired": true
  }
]


___TESTS___

scenarios:
- name: The loader gets the options of the tag
  code: |-
    mock('injectScript', (url, onSuccess) => onSuccess());
    let options;
    mock('setInWindow', (key, value) => { options = value; });
    runCode({ loader: 'https://www.acme.example/leadscore/loader.js', model: '/acme.lsm', consent: 'google', push: true });
    assertApi('injectScript').wasCalled();
    assertThat(options).isEqualTo({ model: '/acme.lsm', consent: 'google', push: 'dataLayer' });
    assertApi('gtmOnSuccess').wasCalled();


___NOTES___

The tag's files are on the site's own domain, so that nothing of the visitor goes anywhere else.
