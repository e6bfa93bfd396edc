"use strict";
/*
 * What npm starts first: `node scripts/launch.cjs start | test | test:cluster [ARGUMENT...]`. Plain JavaScript for any Node.js, because the
 * one that runs npm may be old. It finds the Node.js that `npm ci` installed and runs the command with it, or prints a sentence
 * about what is missing.
 */
var childProcess = require("child_process");
var fs = require("fs");
var os = require("os");
var path = require("path");

var root = path.join(__dirname, "..");
var oldest = [24, 12];

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function isNewEnough(version) {
  var match = /^v?(\d+)\.(\d+)\./.exec(version || "");
  if (!match) return false;
  var major = Number(match[1]);
  return major > oldest[0] || (major === oldest[0] && Number(match[2]) >= oldest[1]);
}

function packagedNode() {
  return path.join(root, "node_modules", "node-linux-" + process.arch, "bin", "node");
}

/** What is wrong with that Node.js; undefined if it runs and is new enough. */
function problemWith(node) {
  var outcome = childProcess.spawnSync(node, ["--version"], { encoding: "utf8" });
  if (outcome.status === 0) {
    if (isNewEnough(outcome.stdout)) return undefined;
    return (
      "it is " + outcome.stdout.trim() + ", and Stills needs " + oldest.join(".") + " or newer"
    );
  }
  var said = String(outcome.stderr || (outcome.error && outcome.error.message) || "").trim();
  var library = /(lib[\w.+-]+\.so[.\d]*): cannot open shared object file/.exec(said);
  if (library && library[1].indexOf("libatomic") === 0)
    return (
      "it needs the system library " +
      library[1] +
      ": install it with `apt-get install libatomic1` (Debian, Ubuntu) or `dnf install libatomic` (Fedora)"
    );
  if (library) return "it needs the system library " + library[1] + ", which is not installed";
  if (outcome.error && outcome.error.code === "ENOENT")
    return "it is made for glibc, which this system does not have (Alpine?): use a Debian, Ubuntu or Fedora";
  return "it does not run: " + said;
}

function findNode() {
  var node = packagedNode();
  var missing = !fs.existsSync(node);
  var problem = missing ? "`npm ci --include=optional` would install it" : problemWith(node);
  if (problem === undefined) return node;
  if (isNewEnough(process.version)) return process.execPath;
  return fail(
    "Stills needs Node.js " +
      oldest.join(".") +
      " or newer. This is " +
      process.version +
      ", and " +
      (missing
        ? "the one from npm is not there: " + problem
        : "the one that came with `npm ci` (" + node + ") cannot be used: " + problem) +
      ".",
  );
}

function checkPlatform() {
  if (process.platform !== "linux" || (process.arch !== "x64" && process.arch !== "arm64"))
    fail(
      "Stills runs on Linux on x64 or arm64; this is " +
        process.platform +
        " on " +
        process.arch +
        ". Use a Linux machine, a virtual one or a container.",
    );
  if (!fs.existsSync(path.join(root, "node_modules", "pino")))
    fail("The packages are not installed: run `npm ci` first.");
}

function commandLine(verb, words) {
  var lists = ["scripts/build-blocking-lists.ts", "--if-possible"];
  var ffmpeg = ["scripts/fetch-ffmpeg.ts"];
  if (verb === "start")
    return [lists, ffmpeg.concat("--if-possible"), ["src/main.ts", "local"].concat(words)];
  if (verb !== "test" && verb !== "test:cluster")
    return fail("Usage: launch.cjs start | test | test:cluster [ARGUMENT...]");
  var files = words.filter(function (word) {
    return word.charAt(0) !== "-";
  });
  if (verb === "test:cluster") {
    // All files share one release, which the first installs and the last removes: one file at a time.
    var cluster = files.length > 0 ? [] : ["test/cluster/*.test.ts"];
    return [["--test", "--test-concurrency=1"].concat(words, cluster)];
  }
  // Missing servers are downloaded or built before a test has to wait for them.
  var servers = ["scripts/fetch-servers.ts"];
  var concurrent = [
    "--test",
    "--test-global-setup=test/support/shared-servers/global-setup.ts",
    "--test-concurrency=" + concurrency(),
  ];
  if (files.length > 0) return [servers, lists, ffmpeg, concurrent.concat(words)];
  // Starting a process for each unit test file takes longer than the tests in it, so one process runs them all.
  var inOneProcess = ["--test", "--test-isolation=none"].concat(
    words,
    "src/**/*.test.ts",
    "test/conformance/**/*.test.ts",
  );
  var withServers = concurrent.concat(
    words,
    "test/integration/**/*.test.ts",
    "test/e2e/**/*.test.ts",
  );
  return [servers, lists, ffmpeg, inOneProcess, withServers];
}

/**
 * How many test files run at a time. Most of a file's time is waiting, so there may be one more than there are cores; with twice as
 * many, what they start competes for the cores. Each file may need 2 GB of memory.
 */
function concurrency() {
  var byMemory = Math.floor(os.totalmem() / (2 * Math.pow(2, 30)));
  return Math.max(1, Math.min(4, os.cpus().length + 1, byMemory));
}

/**
 * What processes need not do again: compile the same modules (with Node's cache they start in half the CPU time) and, in tests, where each
 * worker has a temporary folder of its own, unpack the browser.
 */
function caches() {
  var found = { NODE_COMPILE_CACHE: path.join(root, "node_modules", ".cache", "node-compile") };
  if (words[0] !== "start")
    found.STILLS_BROWSER_CACHE_DIR = path.join(os.tmpdir(), "stills-browsers-" + process.getuid());
  return found;
}

/*
 * The child leads a process group and gets each signal once: Ctrl-C reaches this process twice, from the terminal and from
 * npm. When this process is killed, the child sees the channel close.
 */
function run(node, commands) {
  var child = childProcess.spawn(node, commands[0], {
    cwd: root,
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: Object.assign(caches(), process.env),
    detached: true,
  });
  var lastSignalAt = {};
  ["SIGINT", "SIGTERM", "SIGHUP"].forEach(function (signal) {
    process.removeAllListeners(signal);
    process.on(signal, function () {
      var now = Date.now();
      var isEcho = now - (lastSignalAt[signal] || 0) < 500;
      lastSignalAt[signal] = now;
      if (!isEcho) child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
    });
  });
  child.on("error", function (error) {
    fail("Could not start " + node + ": " + error.message);
  });
  child.on("exit", function (code, signal) {
    if (code === 0 && commands.length > 1) return run(node, commands.slice(1));
    process.exit(signal ? 128 + (os.constants.signals[signal] || 0) : code);
  });
}

checkPlatform();
var words = process.argv.slice(2);
run(findNode(), commandLine(words[0], words.slice(1)));
