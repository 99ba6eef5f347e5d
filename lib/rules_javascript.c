/** JavaScript and TypeScript on Node: what its calls do. */

#include "flow.h"
#include "lex_curly.h"
#include "script.h"

#include "text.h"

#include <string.h>

#define SAFE_FILE "fs.mkdtemp() and a file in it, or the flag \"wx\""
#define SAFE_DIRECTORY "fs.mkdtemp()"

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
	{ "shelljs.touch", CALL_CREATE, .instead = SAFE_FILE },
	{ "shelljs.exec", CALL_SHELL, .instead = SAFE_FILE },
	{ "execa", CALL_SHELL, .instead = SAFE_FILE },
	{ "execa.execa", CALL_SHELL, .instead = SAFE_FILE },
	{ "execa.execaSync", CALL_SHELL, .instead = SAFE_FILE },
	{ "execa.execaCommand", CALL_SHELL, .instead = SAFE_FILE },
	{ "execa.execaCommandSync", CALL_SHELL, .instead = SAFE_FILE },
	{ "cross-spawn", CALL_SHELL, .instead = SAFE_FILE },
	{ "cross-spawn.sync", CALL_SHELL, .instead = SAFE_FILE },
	{ "Deno.create", CALL_CREATE, .instead = SAFE_FILE },
	{ "Deno.copyFile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "new.sqlite3.Database", CALL_CREATE, .instead = SAFE_FILE },
	{ "new.better-sqlite3", CALL_CREATE, .instead = SAFE_FILE },
	{ "pino.destination", CALL_CREATE, .instead = SAFE_FILE },
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

/** Names between braces, of import and of an assignment: { a, b as c, d: e }. */
static void alias_names(struct flow *flow, size_t open, const char *module) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	bool within = false;

	for (size_t i = open + 1; lex_at(lex, i)->kind == LEX_NAME || lex_is(lex_at(lex, i), ",") || within; ++i) {
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

/** … = require("m"), with a name or names in braces before it; also of await import("m"). */
static void take_require(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	size_t assign = i;

	if (!lex_is(lex_at(lex, i + 1), "(") || lex_at(lex, i + 2)->kind != LEX_STRING)
		return;
	if (assign > 1 && lex_is(lex_at(lex, assign - 1), "await"))
		--assign;
	if (assign < 2 || !lex_is(lex_at(lex, assign - 1), "="))
		return;
	const char *module = module_name(arena, lex_at(lex, i + 2));
	const struct lex_token *before = lex_at(lex, assign - 2);
	if (before->kind == LEX_NAME) {
		/* require("m").part is that part. */
		const bool part = lex_is(lex_at(lex, i + 4), ".") && lex_at(lex, i + 5)->kind == LEX_NAME;

		flow_alias(flow, arena_bytes(arena, before->text, before->length),
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
	const struct lex_token *module = lex_at(lex, first), *name = lex_at(lex, first + 2),
	                       *end = lex_at(lex, first + 3);
	if (module->kind != LEX_NAME || !lex_is(lex_at(lex, first + 1), ".") || name->kind != LEX_NAME ||
	    (end->kind != LEX_NEWLINE && !lex_is(end, ")") && !lex_is(end, ",")))
		return;
	const char *full = flow_resolved(
	        flow, arena_text(arena, "%.*s.%.*s", (int)module->length, module->text, (int)name->length, name->text));
	for (const struct script_call *row = calls; row->name; ++row)
		if (strcmp(row->name, full) == 0)
			flow_alias(flow,
			           arena_bytes(arena, lex_at(lex, assign - 1)->text, lex_at(lex, assign - 1)->length),
			           full);
}

static void prepare(struct flow *flow) {
	static const char *const globals[] = { "process", "Date",    "Math", "crypto", "performance",
		                               "String",  "require", "Deno", "Bun" };
	const struct lex *lex = flow_lex(flow);
	const struct value slash = value_literal(flow_arena(flow), "/", 1);

	flow_bind_value(flow, "path.sep", 0, &slash);
	for (size_t i = 0; i < sizeof globals / sizeof *globals; ++i)
		flow_alias(flow, globals[i], globals[i]);
	for (size_t i = 0; lex_at(lex, i)->kind != LEX_END; ++i) {
		const struct lex_token *token = lex_at(lex, i);

		if (lex_is(token, "=") && i)
			alias_function(flow, i);
		if (token->kind != LEX_NAME)
			continue;
		if (token->length > 5 && memcmp(token->text, "node:", 5) == 0)
			flow_alias(flow, arena_bytes(flow_arena(flow), token->text, token->length),
			           module_name(flow_arena(flow), token));
		if ((lex_is(token, "of") || lex_is(token, "in")) && i > 1 && lex_at(lex, i - 1)->kind == LEX_NAME &&
		    (lex_is(lex_at(lex, i - 2), "(") || lex_is(lex_at(lex, i - 2), "const") ||
		     lex_is(lex_at(lex, i - 2), "let") || lex_is(lex_at(lex, i - 2), "var")))
			flow_bind_element(
			        flow,
			        arena_bytes(flow_arena(flow), lex_at(lex, i - 1)->text, lex_at(lex, i - 1)->length), i,
			        (struct flow_range) { i + 1, flow_expression_end(flow, i + 1) });
		if (lex_is(token, "import") && !lex_is(lex_at(lex, i + 1), "("))
			take_import(flow, i);
		else if (lex_is(token, "require") || lex_is(token, "import"))
			take_require(flow, i);
	}
}

/** Whether a string among the arguments is such: the flag itself, or one of the options. */
static bool has_string(const struct flow *flow, const struct flow_call *call, size_t from, const char *letters) {
	const struct lex *lex = flow_lex(flow);

	for (size_t i = from; i < call->end; ++i) {
		const struct lex_token *token = lex_at(lex, i);

		if (token->kind == LEX_STRING && token->length > 0 && token->length <= 3 &&
		    memchr("rwa", token->text[0], 3) && memchr(token->text, letters[0], token->length))
			return true;
	}
	return false;
}

static void special(struct flow *flow, const struct flow_call *call) {
	const char *name = strrchr(call->row->name, '.') + 1;
	const struct value path = flow_argument(flow, call, call->row->path, NULL);
	const struct flow_argument *rest = flow_find_argument(call, 1, NULL);
	const struct flow_range all = { call->first, call->end };
	const size_t from = rest ? rest->range.first : call->end;
	const bool exclusive = has_string(flow, call, from, "x") || flow_mentions(flow, all, "EXCL") ||
	                       flow_mentions(flow, all, "createNew");

	if (text_starts(name, "mkdir"))
		flow_directory(flow, call, &path,
		               (flow_mentions(flow, all, "recursive") && !flow_mentions(flow, all, "false")) ||
		                       flow_is_guarded(flow, call));
	else if (!text_starts(name, "open") || has_string(flow, call, from, "w") || has_string(flow, call, from, "a") ||
	         flow_mentions(flow, all, "CREAT"))
		flow_create(flow, call, &path, exclusive);
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
	.eachers = LIST("forEach", "map", "some", "every", "filter", "flatMap", "find", "each"),
	.constructor = "constructor",
	.prepare = prepare,
	.special = special,
};
