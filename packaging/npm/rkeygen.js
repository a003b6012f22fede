#!/usr/bin/env node
// Runs the program of the package for this system, with the same arguments, terminal and exit status.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

const name = `@rkeygen/${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "rkeygen.exe" : "rkeygen";

function program() {
  try {
    return require.resolve(`${name}/bin/${file}`);
  } catch {
    console.error(`rkeygen: the package ${name} is not installed: there is no program for this system, or npm left out optional packages`);
    process.exit(255);
  }
}

const child = spawn(program(), process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => {
  console.error(`rkeygen: ${error.message}`);
  process.exit(255);
});
// At a terminal the program gets signals too, and decides; others are handed to it.
if (process.platform !== "win32") {
  for (const signal of ["SIGINT", "SIGQUIT"]) process.on(signal, () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
}
child.on("exit", (status, signal) => process.exit(signal ? 128 + constants.signals[signal] : status));
