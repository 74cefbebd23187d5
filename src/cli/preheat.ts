#!/usr/bin/env node
import { loadEnvFile } from 'node:process';
import { existsSync } from 'node:fs';
import { runProgram } from './program.ts';
import { openTerminal } from './screen/terminal.ts';

if (existsSync('.env')) loadEnvFile('.env');
await runProgram(openTerminal(), process.argv.slice(2));
// A thread that a failed stop left behind must not keep the process for ever.
setTimeout(() => process.exit(), 3_000).unref();
