export default { devToolbar: { enabled: false }, redirects: { "/account": "/login" } };
