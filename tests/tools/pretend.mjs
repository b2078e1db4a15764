// Loaded before a script: makes Node report the values in PRETEND.
const { platform, user, version } = JSON.parse(process.env.PRETEND);

Object.defineProperty(process, "platform", { value: platform });
process.getuid = () => user;
if (version) {
  Object.defineProperty(process, "version", { value: `v${version}` });
  Object.defineProperty(process, "versions", { value: { ...process.versions, node: version } });
}
