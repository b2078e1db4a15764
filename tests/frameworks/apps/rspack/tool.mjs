// `tool.mjs build`, or `tool.mjs serve PORT`.
import { promisify } from "node:util";
import { rspack } from "@rspack/core";
import { RspackDevServer as Server } from "@rspack/dev-server";

const [command, port] = process.argv.slice(2);
const config = (mode) => ({
  context: import.meta.dirname,
  mode,
  entry: "./app.js",
  output: { path: `${import.meta.dirname}/dist/assets`, filename: "bundle.js", publicPath: "/assets/" },
  performance: { hints: false },
});

if (command === "build") {
  const stats = await promisify(rspack)(config("production"));
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  if (errors.length + warnings.length) throw new Error(JSON.stringify([errors, warnings]));
} else {
  const compiler = rspack(config("development"));
  await new Server({ port, static: "public", historyApiFallback: true }, compiler).start();
}
