/** JavaScript and TypeScript on Node: what its calls do. */

#include "flow.h"
#include "lex_curly.h"
#include "script.h"

#include "text.h"

#include <string.h>

#define SAFE_FILE "fs.mkdtemp() and a file in it, or the flag \"wx\""
#define SAFE_DIRECTORY "fs.mkdtemp()"

/** The most tokens of what describes an option. */
enum { OPTION = 40 };

static const struct script_call calls[] = {
	{ "fs.mkdtemp", CALL_FRESH },
	{ "fs.mkdtempSync", CALL_FRESH },
	{ "tmp.fileSync", CALL_FRESH },
	{ "tmp.dirSync", CALL_FRESH },
	{ "tmp.tmpName", CALL_NAME, .instead = SAFE_FILE },
	{ "tmp.tmpNameSync", CALL_NAME, .instead = SAFE_FILE },
	{ "os.tmpdir", CALL_TEMPDIR },
	{ "os.userInfo", CALL_USER },
	{ "os.hostname", CALL_USER },
	{ "process.getuid", CALL_USER },
	{ "Date.now", CALL_TIME },
	{ "new.Date", CALL_TIME },
	{ "performance.now", CALL_TIME },
	{ "process.hrtime", CALL_TIME },
	{ "Math.random", CALL_RANDOM },
	{ "crypto.randomBytes", CALL_STRONG },
	{ "crypto.randomUUID", CALL_STRONG },
	{ "uuid.v4", CALL_STRONG },
	{ "nanoid.nanoid", CALL_STRONG },
	{ "path.join", CALL_JOIN },
	{ "path.resolve", CALL_JOIN },
	{ "path.format", CALL_SPECIAL },
	{ "path.toNamespacedPath", CALL_SAME },
	{ "fs.realpathSync", CALL_SAME },
	{ "fs.realpath", CALL_SAME },
	{ "url.fileURLToPath", CALL_SAME },
	{ "url.pathToFileURL", CALL_SAME },
	{ "new.URL", CALL_SPECIAL },
	{ "new.url.URL", CALL_SPECIAL },
	{ ".getPath", CALL_SPECIAL },
	{ ".replace", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".replaceAll", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".trim", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".toLowerCase", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".at", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".map", CALL_MAP, ARGUMENT_RECEIVER },
	{ ".flatMap", CALL_MAP, ARGUMENT_RECEIVER },
	{ ".filter", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".sort", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".slice", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".entries", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".values", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".reverse", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".reduce", CALL_SPECIAL },
	{ "Object.fromEntries", CALL_SAME },
	{ "Promise.resolve", CALL_SAME },
	{ "Promise.all", CALL_EITHER },
	{ "Buffer.from", CALL_SAME },
	{ "Bun.file", CALL_SAME },
	{ "new.Map", CALL_EITHER },
	{ ".get", CALL_SPECIAL },
	{ "Object.freeze", CALL_EITHER },
	{ "Object.values", CALL_EITHER },
	{ "Object.entries", CALL_EITHER },
	{ "Array.of", CALL_EITHER },
	{ "Array.from", CALL_EITHER },
	{ "new.Set", CALL_EITHER },
	{ "String.raw", CALL_SAME },
	{ "fs.mkdtempDisposableSync", CALL_FRESH },
	{ "nanoid", CALL_STRONG },
	{ "cuid", CALL_STRONG },
	{ "uuid", CALL_STRONG },
	{ "uuid.v1", CALL_STRONG },
	{ "uuid.v7", CALL_STRONG },
	{ "uuid/v4", CALL_STRONG },
	{ "crypto.getRandomValues", CALL_STRONG },
	{ "path.normalize", CALL_SAME },
	{ "String", CALL_SAME },
	{ "util.format", CALL_FORMAT, 0 },
	{ ".join", CALL_JOIN_LIST, ARGUMENT_NONE },
	{ ".concat", CALL_CONCATENATE, ARGUMENT_RECEIVER },
	{ ".toString", CALL_SAME, ARGUMENT_RECEIVER },

	{ "fs.writeFile", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "fs.writeFileSync", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "fs.appendFile", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "fs.appendFileSync", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "fs.createWriteStream", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "fs.open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "fs.openSync", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "fs.copyFile", CALL_SPECIAL, 1, .instead = SAFE_FILE },
	{ "fs.copyFileSync", CALL_SPECIAL, 1, .instead = SAFE_FILE },
	{ "fs.truncateSync", CALL_CREATE, .instead = SAFE_FILE },
	{ "fs.cp", CALL_SPECIAL, 1, .instead = SAFE_FILE },
	{ "fs.cpSync", CALL_SPECIAL, 1, .instead = SAFE_FILE },
	{ "fs.copy", CALL_SPECIAL, 1, .instead = SAFE_FILE },
	{ "fs.copySync", CALL_SPECIAL, 1, .instead = SAFE_FILE },
	{ "fs.move", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "fs.moveSync", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "fs.truncate", CALL_CREATE, .instead = SAFE_FILE },
	{ "fs.ensureFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "fs.ensureFileSync", CALL_CREATE, .instead = SAFE_FILE },
	{ "fs.outputJson", CALL_CREATE, .instead = SAFE_FILE },
	{ "fs.outputJsonSync", CALL_CREATE, .instead = SAFE_FILE },
	{ "fs.outputFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "fs.outputFileSync", CALL_CREATE, .instead = SAFE_FILE },
	{ "fs.writeJson", CALL_CREATE, .instead = SAFE_FILE },
	{ "fs.writeJsonSync", CALL_CREATE, .instead = SAFE_FILE },
	{ "fs.writeJSON", CALL_CREATE, .instead = SAFE_FILE },
	{ "fs.writeJSONSync", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.fs.WriteStream", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Deno.writeTextFile", CALL_SPECIAL, .instead = "Deno.makeTempFile()" },
	{ "Deno.writeTextFileSync", CALL_SPECIAL, .instead = "Deno.makeTempFile()" },
	{ "Deno.writeFile", CALL_SPECIAL, .instead = "Deno.makeTempFile()" },
	{ "Deno.makeTempFile", CALL_FRESH },
	{ "Deno.makeTempDir", CALL_FRESH },
	{ "path.dirname", CALL_DIRNAME },
	{ "mkdirp", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "mkdirp.sync", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "mkdirp.mkdirp", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "mkdirp.mkdirpSync", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "mkdirp.default", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "make-dir", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "make-dir.sync", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "fs.mkdirs", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "fs.mkdirsSync", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "fs.emptyDir", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "fs.emptyDirSync", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ ".mv", CALL_CREATE, .instead = SAFE_FILE },
	{ ".toFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "jsonfile.writeFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "jsonfile.writeFileSync", CALL_CREATE, .instead = SAFE_FILE },
	{ "shelljs.touch", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "shelljs.exec", CALL_SHELL, .instead = SAFE_FILE },
	{ "zx.$", CALL_SHELL, .instead = SAFE_FILE },
	{ "bun.$", CALL_SHELL, .instead = SAFE_FILE },
	{ "Bun.$", CALL_SHELL, .instead = SAFE_FILE },
	{ "dax.$", CALL_SHELL, .instead = SAFE_FILE },
	{ "dax.default", CALL_SHELL, .instead = SAFE_FILE },
	{ "execa.$", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "execa", CALL_SHELL, .instead = SAFE_FILE },
	{ "execa.execa", CALL_SHELL, .instead = SAFE_FILE },
	{ "execa.execaSync", CALL_SHELL, .instead = SAFE_FILE },
	{ "execa.execaCommand", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "execa.execaCommandSync", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "cross-spawn", CALL_SHELL, .instead = SAFE_FILE },
	{ "cross-spawn.sync", CALL_SHELL, .instead = SAFE_FILE },
	{ "Deno.create", CALL_CREATE, .instead = SAFE_FILE },
	{ "Deno.copyFile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "new.sqlite3.Database", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "new.better-sqlite3", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "pino.destination", CALL_CREATE, .path_keyword = "dest", .instead = SAFE_FILE },
	{ "fs.createFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "fs.createFileSync", CALL_CREATE, .instead = SAFE_FILE },
	{ "Bun.write", CALL_CREATE, .instead = SAFE_FILE },
	{ "fs.mkdir", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "fs.mkdirSync", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "fs.ensureDirSync", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "fs.ensureDir", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "fs.mkdirp", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "fs.mkdirpSync", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "child_process.exec", CALL_SHELL, .instead = SAFE_FILE },
	{ "child_process.execSync", CALL_SHELL, .instead = SAFE_FILE },
	{ "child_process.spawn", CALL_SHELL, .instead = SAFE_FILE },
	{ "child_process.spawnSync", CALL_SHELL, .instead = SAFE_FILE },
	{ "child_process.execFile", CALL_SHELL, .instead = SAFE_FILE },
	{ "child_process.execFileSync", CALL_SHELL, .instead = SAFE_FILE },
	{ "new.winston.transports.File", CALL_CREATE, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "winston.transports.File", CALL_CREATE, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "new.winston.transports.DailyRotateFile", CALL_CREATE, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "new.winston-daily-rotate-file", CALL_CREATE, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "rotating-file-stream.createStream", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.file-stream-rotator", CALL_CREATE, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "log4js.configure", CALL_SPECIAL, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "bunyan.createLogger", CALL_SPECIAL, .path_keyword = "path", .instead = SAFE_FILE },
	{ "pino", CALL_SPECIAL, .path_keyword = "destination", .instead = SAFE_FILE },
	{ "pino.transport", CALL_SPECIAL, .path_keyword = "destination", .instead = SAFE_FILE },
	{ "pino.pino", CALL_SPECIAL, .path_keyword = "destination", .instead = SAFE_FILE },
	{ "simple-node-logger.createSimpleLogger", CALL_CREATE, .path_keyword = "logFilePath", .instead = SAFE_FILE },
	{ "multer", CALL_CREATE, .path_keyword = "dest", .instead = SAFE_DIRECTORY },
	{ "multer.diskStorage", CALL_CREATE, .path_keyword = "destination", .instead = SAFE_DIRECTORY },
	{ "express-fileupload", CALL_CREATE, .path_keyword = "tempFileDir", .instead = SAFE_DIRECTORY },
	{ "formidable", CALL_CREATE, .path_keyword = "uploadDir", .instead = SAFE_DIRECTORY },
	{ "formidable.formidable", CALL_CREATE, .path_keyword = "uploadDir", .instead = SAFE_DIRECTORY },
	{ "new.formidable.IncomingForm", CALL_CREATE, .path_keyword = "uploadDir", .instead = SAFE_DIRECTORY },
	{ ".screenshot", CALL_CREATE, .path_keyword = "path", .instead = SAFE_FILE },
	{ ".pdf", CALL_CREATE, .path_keyword = "path", .instead = SAFE_FILE },
	{ ".storageState", CALL_CREATE, .path_keyword = "path", .instead = SAFE_FILE },
	{ "tar.c", CALL_CREATE, .path_keyword = "file", .instead = SAFE_FILE },
	{ "tar.create", CALL_CREATE, .path_keyword = "file", .instead = SAFE_FILE },
	{ "tar.x", CALL_CREATE, .path_keyword = "cwd", .instead = SAFE_DIRECTORY },
	{ "tar.extract", CALL_CREATE, .path_keyword = "cwd", .instead = SAFE_DIRECTORY },
	{ "tar-fs.extract", CALL_CREATE, .instead = SAFE_DIRECTORY },
	{ "extract-zip", CALL_CREATE, 1, .path_keyword = "dir", .instead = SAFE_DIRECTORY },
	{ "decompress", CALL_CREATE, 1, .instead = SAFE_DIRECTORY },
	{ "download", CALL_CREATE, 1, .instead = SAFE_DIRECTORY },
	{ "unzipper.Extract", CALL_CREATE, .path_keyword = "path", .instead = SAFE_DIRECTORY },
	{ ".extractAllTo", CALL_CREATE, .instead = SAFE_DIRECTORY },
	{ ".extractAllToAsync", CALL_CREATE, .instead = SAFE_DIRECTORY },
	{ ".writeZip", CALL_CREATE, .instead = SAFE_FILE },
	{ "gulp.dest", CALL_CREATE, .instead = SAFE_DIRECTORY },
	{ "vinyl-fs.dest", CALL_CREATE, .instead = SAFE_DIRECTORY },
	{ "new.lowdb/node.JSONFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.lowdb/node.JSONFileSync", CALL_CREATE, .instead = SAFE_FILE },
	{ "lowdb/node.JSONFilePreset", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.lowdb.JSONFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.lowdb/adapters/FileSync", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.lowdb/adapters/FileAsync", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.nedb", CALL_CREATE, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "new.@seald-io/nedb", CALL_CREATE, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "new.level.Level", CALL_CREATE, .instead = SAFE_DIRECTORY },
	{ "level", CALL_CREATE, .instead = SAFE_DIRECTORY },
	{ "better-sqlite3", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "sqlite.open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "new.sqlite.DatabaseSync", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "new.sequelize", CALL_CREATE, .path_keyword = "storage", .instead = SAFE_FILE },
	{ "new.typeorm.DataSource", CALL_CREATE, .path_keyword = "database", .instead = SAFE_FILE },
	{ "typeorm.createConnection", CALL_CREATE, .path_keyword = "database", .instead = SAFE_FILE },
	{ "new.sequelize.Sequelize", CALL_CREATE, .path_keyword = "storage", .instead = SAFE_FILE },
	{ "knex", CALL_SPECIAL, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "xlsx.writeFile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".writeFile", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".writeAsync", CALL_CREATE, .instead = SAFE_FILE },
	{ ".save", CALL_CREATE, .instead = SAFE_FILE },
	{ ".saveAs", CALL_CREATE, .instead = SAFE_FILE },
	{ ".output", CALL_CREATE, .instead = SAFE_FILE },
	{ ".saveToFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".startTracing", CALL_CREATE, 1, .path_keyword = "path", .instead = SAFE_FILE },
	{ "v8.writeHeapSnapshot", CALL_CREATE, .instead = SAFE_FILE },
	{ "heapdump.writeSnapshot", CALL_CREATE, .instead = SAFE_FILE },
	{ "write-file-atomic", CALL_NOTHING },
	{ "write-json-file", CALL_CREATE, .instead = SAFE_FILE },
	{ "shelljs.mkdir", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "shelljs.cp", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "shelljs.mv", CALL_NOTHING },
	{ ".to", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".toEnd", CALL_SPECIAL, .instead = SAFE_FILE },
	/* Of jimp's pictures. */
	{ ".write", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Deno.open", CALL_SPECIAL, .instead = "Deno.makeTempFile()" },
	{ "Deno.openSync", CALL_SPECIAL, .instead = "Deno.makeTempFile()" },
	{ "Deno.mkdir", CALL_SPECIAL, .instead = "Deno.makeTempDir()" },
	{ "Deno.makeTempFileSync", CALL_FRESH },
	{ "Deno.makeTempDirSync", CALL_FRESH },
	{ "tmp.file", CALL_FRESH },
	{ "tmp.dir", CALL_FRESH },
	{ "tmp-promise.file", CALL_FRESH },
	{ "tmp-promise.dir", CALL_FRESH },
	{ "tempy.temporaryFile", CALL_STRONG },
	{ "tempy.temporaryDirectory", CALL_FRESH },
	{ "tempy.file", CALL_STRONG },
	{ "tempy.directory", CALL_FRESH },
	{ "process.chdir", CALL_CHDIR },
	{ "fs.symlinkSync", CALL_EXCLUSIVE, 1 },
	{ "fs.symlink", CALL_EXCLUSIVE, 1 },
	{ "fs.linkSync", CALL_EXCLUSIVE, 1 },
	{ "require", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ "process.umask", CALL_UMASK, .instead = "process.umask(0o077)" },
	{ 0 },
};

static const struct script_variable variables[] = {
	{ "process.pid", CALL_PID },
	{ "process.ppid", CALL_PID },
	{ "process.env.TMPDIR", CALL_TEMPDIR },
	{ "process.env.TMP", CALL_TEMPDIR },
	{ "process.env.TEMP", CALL_TEMPDIR },
	{ "process.env.TEMPDIR", CALL_TEMPDIR },
	{ "process.env.USER", CALL_USER },
	{ "process.env.LOGNAME", CALL_USER },
	{ 0 },
};

/** What a module is called in the table: "node:fs/promises" is fs, as fs-extra and graceful-fs are. */
static const char *module_name(struct arena *arena, const struct lex_token *token) {
	static const char *const same[][2] = { { "fs/promises", "fs" },
		                               { "fs-extra", "fs" },
		                               { "graceful-fs", "fs" },
		                               { "path/posix", "path" },
		                               { "upath", "path" } };
	const char *name = arena_bytes(arena, token->text, token->length);

	if (text_starts(name, "node:"))
		name += strlen("node:");
	for (size_t i = 0; i < sizeof same / sizeof *same; ++i)
		if (strcmp(name, same[i][0]) == 0)
			return same[i][1];
	return name;
}

/** What is spelt node:MODULE where a module has no name. */
static void alias_module(struct flow *flow, const struct lex_token *token) {
	if (token->kind == LEX_NAME && token->length > 5 && memcmp(token->text, "node:", 5) == 0)
		flow_alias(flow, arena_bytes(flow_arena(flow), token->text, token->length),
		           module_name(flow_arena(flow), token));
}

/** Names between braces, of import and of an assignment: { a, b as c, d: e }. */
static void alias_names(struct flow *flow, size_t open, const char *module) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	bool within = false;

	for (size_t i = open + 1;
	     lex_at(lex, i)->kind == LEX_NAME || lex_is(lex_at(lex, i), ",") || lex_is(lex_at(lex, i), "...") || within;
	     ++i) {
		/* { promises: { a }, b }. */
		if (lex_is(lex_at(lex, i), "promises") && lex_at(lex, i + 2)->kind == LEX_OPEN) {
			within = true;
			i += 2;
			continue;
		}
		if (lex_at(lex, i)->kind == LEX_CLOSE && within)
			within = false;
		if (lex_at(lex, i)->kind == LEX_END)
			return;
		if (lex_at(lex, i)->kind != LEX_NAME)
			continue;
		const struct lex_token *name = lex_at(lex, i), *local = name;

		/* { a, ...rest }. */
		if (lex_is(lex_at(lex, i - 1), "...")) {
			flow_alias(flow, arena_bytes(arena, name->text, name->length), module);
			continue;
		}
		if (lex_is(lex_at(lex, i + 1), "as") || lex_is(lex_at(lex, i + 1), ":")) {
			local = lex_at(lex, i + 2);
			i += 2;
		}
		/* fs.promises is called as fs is; what a module is by default is all of it. */
		flow_alias(flow, arena_bytes(arena, local->text, local->length),
		           lex_is(name, "promises") || lex_is(name, "default")
		                   ? module
		                   : arena_text(arena, "%s.%.*s", module, (int)name->length, name->text));
	}
}

/** import a from "m", import * as a from "m", import a, { b } from "m". */
static void take_import(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	size_t from = i + 1;

	while (lex_at(lex, from)->kind != LEX_NEWLINE && lex_at(lex, from)->kind != LEX_END &&
	       !(lex_is(lex_at(lex, from), "from") && lex_at(lex, from + 1)->kind == LEX_STRING))
		++from;
	if (!lex_is(lex_at(lex, from), "from"))
		return;
	const char *module = module_name(arena, lex_at(lex, from + 1));
	for (++i; i < from; ++i) {
		const struct lex_token *token = lex_at(lex, i);

		if (token->kind == LEX_OPEN) {
			alias_names(flow, i, module);
			return;
		}
		if (token->kind == LEX_NAME && !lex_is(token, "as") && !lex_is(token, "type"))
			flow_alias(flow, arena_bytes(arena, token->text, token->length), module);
	}
}

/** A module under a name, or as a part of what the name says: fs, this.fs. */
static void alias_named(struct flow *flow, size_t name, const char *full) {
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *token = lex_at(lex, name);
	const char *local = arena_bytes(flow_arena(flow), token->text, token->length);

	if (name > 1 && lex_is(lex_at(lex, name - 1), ".")) {
		const struct lex_token *owner = lex_at(lex, name - 2);

		flow_alias(flow, arena_text(flow_arena(flow), "%.*s.%s", (int)owner->length, owner->text, local), full);
		return;
	}
	flow_alias(flow, local, full);
	/* A class may say so of its objects. */
	flow_alias(flow, arena_text(flow_arena(flow), "this.%s", local), full);
}

/** … = require("m"), with a name or names in braces before it; also of await import("m"). */
static void take_require(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	size_t assign = i;

	if (!lex_is(lex_at(lex, i + 1), "(") || lex_at(lex, i + 2)->kind != LEX_STRING)
		return;
	if (lex_is(lex_at(lex, i + 2), "shelljs/global"))
		flow_alias_all(flow, "shelljs");
	if (assign > 1 && lex_is(lex_at(lex, assign - 1), "await"))
		--assign;
	if (assign < 2 || !lex_is(lex_at(lex, assign - 1), "="))
		return;
	const char *module = module_name(arena, lex_at(lex, i + 2));
	const struct lex_token *before = lex_at(lex, assign - 2);
	if (before->kind == LEX_NAME) {
		/* require("m").part is that part. */
		const bool part = lex_is(lex_at(lex, i + 4), ".") && lex_at(lex, i + 5)->kind == LEX_NAME &&
		                  !lex_is(lex_at(lex, i + 6), "(");

		alias_named(flow, assign - 2,
		            part ? arena_text(arena, "%s.%.*s", module, (int)lex_at(lex, i + 5)->length,
		                              lex_at(lex, i + 5)->text)
		                 : module);
	} else if (before->kind == LEX_CLOSE) {
		size_t open = assign - 2, depth = 1;

		for (unsigned most = 256; most && open > 0 && depth; --most) {
			--open;
			depth += lex_at(lex, open)->kind == LEX_CLOSE;
			depth -= lex_at(lex, open)->kind == LEX_OPEN;
		}
		alias_names(flow, open, module);
	}
}

/** p = fs.promises, whose last part is dropped: the module under another name; NAME = m.f in a class: this.NAME. */
static void alias_same(struct flow *flow, size_t assign, size_t first) {
	static const char *const modules[] = { "fs", "os", "path", "child_process", "shelljs" };
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	const struct lex_token *name = lex_at(lex, assign - 1), *module = lex_at(lex, first);
	const char *local = arena_bytes(arena, name->text, name->length);

	if (module->kind != LEX_NAME)
		return;
	const char *full = flow_resolved(flow, arena_bytes(arena, module->text, module->length));
	const struct lex_token *end = lex_at(lex, first + 1);
	for (size_t i = 0; i < sizeof modules / sizeof *modules; ++i)
		if (strcmp(full, modules[i]) == 0 && (end->kind >= LEX_NEWLINE || lex_is(end, ",")))
			alias_named(flow, assign - 1, full);
	const struct lex_token *part = lex_at(lex, first + 2), *behind = lex_at(lex, first + 3);
	const char *whole = arena_text(arena, "%s.%.*s", full, (int)part->length, part->text);
	if (lex_is(end, ".") && part->kind == LEX_NAME && behind->kind >= LEX_NEWLINE && flow_row(flow, whole))
		flow_alias(flow, arena_text(arena, "this.%s", local), whole);
}

/** write = fs.writeFile, write = promisify(fs.writeFile): another name for it. */
static void alias_function(struct flow *flow, size_t assign) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	size_t first = assign + 1;

	/* { a, b: c } = object: parts of it. */
	if (lex_at(lex, assign - 1)->kind == LEX_CLOSE && lex_at(lex, first)->kind == LEX_NAME &&
	    lex_at(lex, first + 1)->kind == LEX_NEWLINE && assign > 2) {
		size_t open = assign - 1;

		for (unsigned most = 256; most && open > 0 && lex_at(lex, open)->kind != LEX_OPEN; --most)
			--open;
		alias_names(flow, open, arena_bytes(arena, lex_at(lex, first)->text, lex_at(lex, first)->length));
		return;
	}
	if (lex_at(lex, assign - 1)->kind != LEX_NAME)
		return;
	if (lex_is(lex_at(lex, first), "util") && lex_is(lex_at(lex, first + 1), "."))
		first += 2;
	first += lex_is(lex_at(lex, first), "promisify") && lex_is(lex_at(lex, first + 1), "(") ? 2 : 0;
	alias_module(flow, lex_at(lex, first));
	flow_alias_function(flow, lex_at(lex, assign - 1), first);
	alias_same(flow, assign, first);
}

/** { write: fs.writeFileSync }, assigned to a name: a part of it that is a function of the table. */
static void alias_part(struct flow *flow, size_t colon) {
	enum { FARTHEST = 256 };
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	const struct lex_token *key = lex_at(lex, colon - 1);
	size_t end = colon + 1, open = colon - 1;

	if ((key->kind != LEX_NAME && key->kind != LEX_STRING) || lex_at(lex, end)->kind != LEX_NAME ||
	    !lex_is(lex_at(lex, end + 1), "."))
		return;
	struct builder name = { .arena = arena };
	for (; lex_at(lex, end)->kind == LEX_NAME || lex_is(lex_at(lex, end), "."); ++end)
		builder_bytes(&name, lex_at(lex, end)->text, lex_at(lex, end)->length);
	if (lex_at(lex, end)->kind < LEX_NEWLINE && !lex_is(lex_at(lex, end), ","))
		return;
	const char *full = flow_resolved(flow, builder_string(&name));
	if (!flow_row(flow, full))
		return;
	for (unsigned most = FARTHEST; most && open > 0 && lex_at(lex, open)->kind != LEX_OPEN; --most) {
		const size_t partner = flow_partner(flow, open - 1);

		open = partner < open - 1 ? partner : open - 1;
	}
	if (open > 1 && lex_at(lex, open)->kind == LEX_OPEN && lex_is(lex_at(lex, open - 1), "=") &&
	    lex_at(lex, open - 2)->kind == LEX_NAME)
		flow_alias(flow,
		           arena_text(arena, "%.*s.%.*s", (int)lex_at(lex, open - 2)->length,
		                      lex_at(lex, open - 2)->text, (int)key->length, key->text),
		           full);
}

/** MAP.set(KEY, VALUE): MAP.KEY; LIST.push(VALUE): one of the list. */
static void bind_method(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	const struct lex_token *owner = lex_at(lex, i - 2), *key = lex_at(lex, i + 2);

	if (owner->kind != LEX_NAME || (i > 2 && lex_is(lex_at(lex, i - 3), ".")) || !lex_is(lex_at(lex, i + 1), "("))
		return;
	if (!lex_is(lex_at(lex, i), "set")) {
		flow_bind_also(flow, arena_bytes(arena, owner->text, owner->length), i,
		               (struct flow_range) { i + 2, flow_expression_end(flow, i + 2) });
	} else if (key->kind == LEX_STRING && lex_is(lex_at(lex, i + 3), ",")) {
		flow_bind(flow,
		          arena_text(arena, "%.*s.%.*s", (int)owner->length, owner->text, (int)key->length, key->text),
		          i, (struct flow_range) { i + 4, flow_expression_end(flow, i + 4) });
	}
}

/** import("m").then((a) => …), import("m").then(({ b }) => …). */
static void take_then(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const char *module = module_name(flow_arena(flow), lex_at(lex, i + 2));
	const size_t first = i + 7 + lex_is(lex_at(lex, i + 7), "(");
	const struct lex_token *name = lex_at(lex, first);

	if (lex_at(lex, i + 2)->kind != LEX_STRING || !lex_is(lex_at(lex, i + 4), ".") ||
	    !lex_is(lex_at(lex, i + 5), "then"))
		return;
	if (name->kind == LEX_OPEN)
		alias_names(flow, first, module);
	else if (name->kind == LEX_NAME)
		flow_alias(flow, arena_bytes(flow_arena(flow), name->text, name->length), module);
}

/** yargs.option(NAME, { default: VALUE }), program.option("-n, --name <x>", TEXT, VALUE): argv.NAME, opts.NAME. */
static void bind_option(struct flow *flow, size_t i) {
	static const char *const objects[] = { "argv", "args", "opts", "options", "program" };
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *name = lex_at(lex, i + 2);
	const char *text = name->text, *dashes = memmem(name->text, name->length, "--", 2);
	size_t length = name->length, value = 0;

	if (name->kind != LEX_STRING || !lex_is(lex_at(lex, i + 1), "(") || !lex_is(lex_at(lex, i + 3), ","))
		return;
	if (dashes) {
		text = dashes + 2;
		length = (size_t)(name->text + name->length - text);
		for (size_t k = 0; k < length; ++k)
			if (text[k] == ' ' || text[k] == '=')
				length = k;
		value = flow_expression_end(flow, i + 4) + 1;
	}
	for (size_t at = i + 4; !dashes && at < i + OPTION && lex_at(lex, at)->kind != LEX_CLOSE; ++at)
		if (lex_is(lex_at(lex, at), "default") && lex_is(lex_at(lex, at + 1), ":"))
			value = at + 2;
	for (size_t k = 0; value && k < sizeof objects / sizeof *objects; ++k)
		flow_bind(flow, arena_text(flow_arena(flow), "%s.%.*s", objects[k], (int)length, text), i,
		          (struct flow_range) { value, flow_expression_end(flow, value) });
}

static void prepare(struct flow *flow) {
	static const char *const globals[] = { "process", "Date", "Math",    "crypto", "performance", "String",
		                               "require", "Deno", "Bun",     "Object", "Array",       "URL",
		                               "Set",     "Map",  "Promise", "Buffer" };
	const struct lex *lex = flow_lex(flow);
	const struct value slash = value_literal(flow_arena(flow), "/", 1);

	flow_bind_value(flow, "path.sep", 0, &slash);
	for (size_t i = 0; i < sizeof globals / sizeof *globals; ++i)
		flow_alias(flow, globals[i], globals[i]);
	for (size_t i = 0; lex_at(lex, i)->kind != LEX_END; ++i) {
		const struct lex_token *token = lex_at(lex, i);

		if (lex_is(token, "=") && i)
			alias_function(flow, i);
		if (lex_is(token, ":") && i)
			alias_part(flow, i);
		if (token->kind != LEX_NAME)
			continue;
		if (i > 1 && lex_is(lex_at(lex, i - 1), ".") &&
		    (lex_is(token, "set") || lex_is(token, "push") || lex_is(token, "unshift")))
			bind_method(flow, i);
		if (lex_is(token, "option") && i && lex_is(lex_at(lex, i - 1), "."))
			bind_option(flow, i);
		/* require("sqlite3").verbose() is the module again. */
		if (token->length > 5 && memcmp(token->text, "node:", 5) == 0 &&
		    lex_is(lex_at(lex, i + 2), "verbose") && i > 1 && lex_is(lex_at(lex, i - 1), "="))
			flow_alias(flow,
			           arena_bytes(flow_arena(flow), lex_at(lex, i - 2)->text, lex_at(lex, i - 2)->length),
			           module_name(flow_arena(flow), token));
		alias_module(flow, token);
		/* for (const [a, b] of LIST). */
		for (size_t k = i - 1; (lex_is(token, "of")) && i > 4 && lex_is(lex_at(lex, i - 1), "]") && k > i - 8 &&
		                       !lex_is(lex_at(lex, k), "[");
		     --k)
			if (lex_at(lex, k)->kind == LEX_NAME)
				flow_bind_element(
				        flow,
				        arena_bytes(flow_arena(flow), lex_at(lex, k)->text, lex_at(lex, k)->length), i,
				        (struct flow_range) { i + 1, flow_expression_end(flow, i + 1) });
		if ((lex_is(token, "of") || lex_is(token, "in")) && i > 1 && lex_at(lex, i - 1)->kind == LEX_NAME &&
		    (lex_is(lex_at(lex, i - 2), "(") || lex_is(lex_at(lex, i - 2), "const") ||
		     lex_is(lex_at(lex, i - 2), "let") || lex_is(lex_at(lex, i - 2), "var")))
			flow_bind_element(
			        flow,
			        arena_bytes(flow_arena(flow), lex_at(lex, i - 1)->text, lex_at(lex, i - 1)->length), i,
			        (struct flow_range) { i + 1, flow_expression_end(flow, i + 1) });
		if (lex_is(token, "import") && lex_is(lex_at(lex, i + 1), "("))
			take_then(flow, i);
		if (lex_is(token, "import") && !lex_is(lex_at(lex, i + 1), "("))
			take_import(flow, i);
		else if (lex_is(token, "require") || lex_is(token, "import"))
			take_require(flow, i);
	}
}

/** What flags or a mode say: whether it creates, and whether it fails on what exists. */
static void take_flags(const struct value *flags, bool *creates, bool *exclusive) {
	bool any = false;

	for (unsigned i = 0; i < flags->count; ++i) {
		const char *text = flags->choices[i].text;

		if (!strpbrk(text, "wa") || strlen(text) > 3)
			continue;
		*exclusive = (!any || *exclusive) && strchr(text, 'x');
		any = *creates = true;
	}
}

/** The option of a call that has such in braces, or what stands in their place. */
static struct value option(struct flow *flow, const struct flow_call *call, int place, const char *name) {
	const struct flow_argument *argument = flow_find_argument(call, place, NULL);

	return argument ? flow_option(flow, argument->range, name) : value_unknown();
}

static void do_open(struct flow *flow, const struct flow_call *call) {
	static const char *const creating[] = { "CREAT", "create", NULL }, *const excluding[] = { "EXCL", "createNew",
		                                                                                  NULL };
	const struct value path = flow_argument(flow, call, 0, NULL), flags = flow_argument(flow, call, 1, NULL);
	const struct flow_argument *second = flow_find_argument(call, 1, NULL);
	/* From the comma before it; they may lie in a variable. */
	const struct flow_range given =
	        second ? (struct flow_range) { second->range.first - 1, second->range.end } : (struct flow_range) { 0 };
	bool creates = flow_mentions_within(flow, given, creating),
	     exclusive = flow_mentions_within(flow, given, excluding);

	take_flags(&flags, &creates, &exclusive);
	if (creates)
		flow_create(flow, call, &path, exclusive);
}

/** What writes, and may be told by its options to fail on what exists. */
static void do_write(struct flow *flow, const struct flow_call *call) {
	static const char *const names[] = { "flag", "flags" };
	const struct value path = flow_argument(flow, call, call->row->path, NULL);
	const struct flow_range all = { call->first, call->end };
	bool creates = true, exclusive = flow_mentions(flow, all, "EXCL") || flow_mentions(flow, all, "createNew");

	for (int place = 1; place < 3; ++place)
		for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
			const struct value flags = option(flow, call, place, names[i]);

			take_flags(&flags, &creates, &exclusive);
		}
	flow_create(flow, call, &path, exclusive);
}

/** Options somewhere within others: { appenders: { a: { filename: … } } }. */
static void do_options(struct flow *flow, const struct flow_call *call) {
	const struct lex *lex = flow_lex(flow);

	for (size_t i = call->first; i + 2 < call->end; ++i)
		if (lex_is(lex_at(lex, i), call->row->path_keyword) && lex_is(lex_at(lex, i + 1), ":")) {
			const struct value path =
			        flow_value(flow, (struct flow_range) { i + 2, flow_expression_end(flow, i + 2) });

			flow_create(flow, call, &path, false);
		}
}

/** new URL(A, B), path.format({ dir, base }), app.getPath("temp"). */
static void do_name(struct flow *flow, const struct flow_call *call) {
	struct arena *arena = flow_arena(flow);
	struct value value = flow_argument(flow, call, 0, NULL);

	if (strcmp(call->row->name, ".getPath") == 0) {
		const bool shared = strcmp(value.choices[0].text, "temp") == 0;

		value = shared ? value_hole(arena, HOLE_TEMPDIR) : value_unknown();
	} else if (strcmp(call->row->name, "path.format") == 0) {
		const struct value dir = option(flow, call, 0, "dir"), base = option(flow, call, 0, "base"),
		                   name = option(flow, call, 0, "name");

		value = value_join(arena, &dir, value_is_unknown(&base) ? &name : &base);
	} else {
		const struct value base = flow_argument(flow, call, 1, NULL);

		if (call->narguments > 1)
			value = value_join(arena, &base, &value);
		for (unsigned i = 0; i < value.count; ++i)
			if (text_starts(value.choices[i].text, "file://"))
				value.choices[i].text += strlen("file://");
	}
	flow_result(flow, &value);
}

/** MAP.get(KEY), of new Map([[KEY, VALUE]]). */
static void do_get(struct flow *flow, const struct flow_call *call) {
	const struct lex *lex = flow_lex(flow);
	const struct flow_range map = call->receiver_name ? flow_bound_range(flow, call->receiver_name, call->first)
	                                                  : (struct flow_range) { 0 };
	const struct flow_argument *key = flow_find_argument(call, 0, NULL);

	if (!key || !lex_is(lex_at(lex, map.first + 1), "Map"))
		return;
	/* MAP.set(KEY, VALUE). */
	const struct lex_token *text = lex_at(lex, key->range.first);
	if (text->kind == LEX_STRING) {
		const struct value put = flow_value_of(
		        flow,
		        arena_text(flow_arena(flow), "%s.%.*s", call->receiver_name, (int)text->length, text->text),
		        call->first);

		flow_result(flow, &put);
	}
	for (size_t i = map.first; i + 3 < map.end; ++i) {
		const struct lex_token *own = lex_at(lex, i + 1), *wanted = lex_at(lex, key->range.first);

		if (!lex_is(lex_at(lex, i), "[") || own->kind != LEX_STRING || own->length != wanted->length ||
		    memcmp(own->text, wanted->text, own->length) != 0 || !lex_is(lex_at(lex, i + 2), ","))
			continue;
		const struct value value =
		        flow_value(flow, (struct flow_range) { i + 3, flow_expression_end(flow, i + 3) });
		flow_result(flow, &value);
		return;
	}
}

/** ShellJS: options come first; cp has its target last, mkdir and touch have several, or lists. */
static void do_shelljs(struct flow *flow, const struct flow_call *call) {
	const bool copies = text_ends(call->row->name, "cp"), makes = text_ends(call->row->name, "mkdir");

	for (size_t i = 0; i < call->narguments; ++i) {
		const struct flow_range range = call->arguments[i].range;
		const struct lex_token *first = lex_at(flow_lex(flow), range.first);

		if ((i == 0 && first->kind == LEX_STRING && first->length && first->text[0] == '-') ||
		    (copies && i + 1 < call->narguments))
			continue;
		const struct value path = flow_elements(flow, range);
		/* It says that it failed, and goes on. */
		if (makes)
			flow_directory(flow, call, &path, true);
		else
			flow_create(flow, call, &path, false);
	}
}

/** What a command gave is written: shell.exec(…).to(PATH); what jimp has read: picture.write(PATH). */
static void do_method(struct flow *flow, const struct flow_call *call) {
	static const char *const pictures[] = { "Jimp", "jimp", NULL };
	const struct lex_token *first = lex_at(flow_lex(flow), call->first);
	const struct value path = flow_argument(flow, call, 0, NULL);
	const char *name = arena_bytes(flow_arena(flow), first->text, first->length);
	struct flow_range made = { call->first, call->end };

	if (first->kind != LEX_NAME)
		return;
	if (strcmp(call->row->name, ".write") == 0) {
		if (!flow_mentions_within(flow, made, pictures)) {
			made = flow_bound_range(flow, name, call->first);
			if (!flow_mentions(flow, made, "Jimp") && !flow_mentions(flow, made, "jimp"))
				return;
		}
	} else if (!text_starts(flow_resolved(flow, name), "shelljs")) {
		return;
	}
	flow_create(flow, call, &path, false);
}

/** LIST.reduce((a, b) => path.join(a, b)), LIST.reduce((a, b) => a + "/" + b). */
static void do_reduce(struct flow *flow, const struct flow_call *call) {
	const struct lex *lex = flow_lex(flow);
	const struct flow_argument *function = flow_find_argument(call, 0, NULL);
	struct flow_range list = { call->first, call->first };

	if (!function)
		return;
	while (list.end < call->end && !lex_is(lex_at(lex, list.end), ".")) {
		const size_t partner = flow_partner(flow, list.end);

		list.end = partner > list.end ? partner + 1 : list.end + 1;
	}
	struct value separator = value_literal(flow_arena(flow), "", 0);
	for (size_t i = function->range.first; i < function->range.end; ++i)
		if (lex_at(lex, i)->kind == LEX_STRING && lex_at(lex, i)->length)
			separator = value_literal(flow_arena(flow), lex_at(lex, i)->text, lex_at(lex, i)->length);
	const bool paths =
	        flow_mentions(flow, function->range, "join") || flow_mentions(flow, function->range, "resolve");
	const struct value value = paths ? flow_path_of(flow, list) : flow_joined(flow, list, &separator);
	flow_result(flow, &value);
}

/** execa`cp A B`: a command in one text, which only a shell would redirect. */
static void do_words(struct flow *flow, const struct flow_call *call) {
	const struct flow_range all = { call->first, call->end };
	struct value command = flow_argument(flow, call, 0, NULL);

	for (unsigned i = 0; i < command.count && !flow_mentions(flow, all, "shell"); ++i) {
		char *text = arena_copy(flow_arena(flow), command.choices[i].text);

		for (char *at = text; (at = strpbrk(at, "|;&<>()`#"));)
			*at = '_';
		command.choices[i].text = text;
	}
	flow_command(flow, call, &command);
}

/** A database, unless it is opened to be read, or must be there: new Database(PATH, MODE), open({ filename, mode }). */
static void do_database(struct flow *flow, const struct flow_call *call) {
	static const char *const reading[] = { "readonly", "readOnly", "READONLY", "fileMustExist", NULL },
	                         *const writing[] = { "READWRITE", NULL }, *const creating[] = { "OPEN_CREATE", NULL };
	const struct flow_range all = { call->first, call->end };
	const struct value path = option(flow, call, 0, "filename");

	if (flow_mentions_within(flow, all, reading) ||
	    (flow_mentions_within(flow, all, writing) && !flow_mentions_within(flow, all, creating)))
		return;
	flow_create(flow, call, &path, false);
}

static void special(struct flow *flow, const struct flow_call *call) {
	const char *whole = call->row->name, *dot = strrchr(whole, '.'), *name = dot ? dot + 1 : whole;
	const struct flow_range all = { call->first, call->end };
	const struct value path = flow_argument(flow, call, call->row->path, NULL);

	if (call->row->path_keyword)
		do_options(flow, call);
	else if (strcmp(whole, ".reduce") == 0)
		do_reduce(flow, call);
	else if (text_starts(whole, "execa."))
		do_words(flow, call);
	else if (strstr(whole, "sqlite"))
		do_database(flow, call);
	else if (text_starts(whole, "shelljs."))
		do_shelljs(flow, call);
	else if (strcmp(whole, ".to") == 0 || strcmp(whole, ".toEnd") == 0 || strcmp(whole, ".write") == 0)
		do_method(flow, call);
	else if (strcmp(whole, ".get") == 0)
		do_get(flow, call);
	else if (text_ends(whole, "URL") || strcmp(whole, "path.format") == 0 || strcmp(whole, ".getPath") == 0)
		do_name(flow, call);
	else if (text_starts(name, "mkdir"))
		flow_directory(flow, call, &path,
		               (flow_mentions(flow, all, "recursive") && !flow_mentions(flow, all, "false")) ||
		                       flow_is_guarded(flow, call));
	else if (text_starts(name, "open"))
		do_open(flow, call);
	else if (strcmp(whole, ".writeFile") == 0 && !flow_mentions(flow, all, "xlsx") &&
	         !flow_mentions(flow, all, "csv"))
		return;
	else
		do_write(flow, call);
}

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

const struct script_language language_javascript = {
	.name = "javascript",
	.title = "JavaScript",
	.check = SCRIPT_RUNTIMES,
	.suffixes = LIST(".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx"),
	.interpreters = LIST("node", "nodejs", "deno", "bun", "ts-node"),
	.lex = lex_javascript,
	.calls = calls,
	.variables = variables,
	.concatenate = LIST("+"),
	.either = LIST("||", "??"),
	.assign = LIST("="),
	.append = LIST("+="),
	.assign_if_empty = LIST("||=", "?"
	                               "?="),
	.functions = LIST("function"),
	.new_words = LIST("new"),
	.selves = LIST("this."),
	.needs_imports = true,
	.methods = true,
	.eachers = LIST("forEach", "map", "some", "every", "filter", "flatMap", "find", "each", "then"),
	.constructor = "constructor",
	.prepare = prepare,
	.special = special,
};
