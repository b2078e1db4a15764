#!/usr/bin/env node
// `duckdb -c SQL` by the library, for scripts that call DuckDB's command line.
import { DuckDBInstance } from "@duckdb/node-api";

const [option, sql] = process.argv.slice(2);
if (option !== "-c") throw new Error("duckdb -c SQL");
const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
await connection.run(sql);
connection.closeSync();
instance.closeSync();
