/** Ruby: what its calls do. */

#include "flow.h"
#include "lex_ruby.h"
#include "script.h"
#include "text.h"

#include <string.h>

#define SAFE_FILE "Tempfile.create"
#define SAFE_DIRECTORY "Dir.mktmpdir"

static const struct script_call calls[] = {
	{ "Tempfile.new", CALL_FRESH },
	{ "Tempfile.open", CALL_FRESH },
	{ "Tempfile.create", CALL_FRESH },
	{ "Dir.mktmpdir", CALL_FRESH },
	{ "Dir.Tmpname.make_tmpname", CALL_NAME, .instead = SAFE_FILE },
	{ "Dir.Tmpname.create", CALL_NAME, .instead = SAFE_FILE },
	{ "Dir.tmpdir", CALL_TEMPDIR },
	{ "Process.pid", CALL_PID },
	{ "Process.ppid", CALL_PID },
	{ "Process.uid", CALL_USER },
	{ "Etc.getlogin", CALL_USER },
	{ "Socket.gethostname", CALL_USER },
	{ "Time.now", CALL_TIME },
	{ "Date.today", CALL_TIME },
	{ "DateTime.now", CALL_TIME },
	{ "rand", CALL_RANDOM },
	{ "Random.rand", CALL_RANDOM },
	{ "SecureRandom.hex", CALL_STRONG },
	{ "SecureRandom.uuid", CALL_STRONG },
	{ "SecureRandom.alphanumeric", CALL_STRONG },
	{ "SecureRandom.urlsafe_base64", CALL_STRONG },
	{ "SecureRandom.random_bytes", CALL_STRONG },
	{ "ENV.fetch", CALL_SPECIAL },
	{ ".fetch", CALL_SPECIAL, ARGUMENT_RECEIVER },

	{ "File.join", CALL_JOIN },
	{ "File.dirname", CALL_DIRNAME },
	{ ".dirname", CALL_DIRNAME, ARGUMENT_RECEIVER },
	{ ".parent", CALL_DIRNAME, ARGUMENT_RECEIVER },
	{ "Pathname.new", CALL_SAME },
	{ "Pathname", CALL_SAME },
	{ "File.expand_path", CALL_SPECIAL },
	{ "File.absolute_path", CALL_SPECIAL },
	{ "format", CALL_FORMAT, 0 },
	{ "sprintf", CALL_FORMAT, 0 },
	{ "String", CALL_SAME },
	{ ".to_s", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".to_i", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".to_path", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".path", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".freeze", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".chomp", CALL_SAME, ARGUMENT_RECEIVER },

	{ "File.open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "File.new", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Kernel.open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Zlib.GzipWriter.open", CALL_CREATE, .instead = SAFE_FILE },
	{ "IO.sysopen", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".save", CALL_CREATE, .instead = SAFE_FILE },
	{ ".render_file", CALL_CREATE, .instead = SAFE_FILE },
	{ "Prawn.Document.generate", CALL_CREATE, .instead = SAFE_FILE },
	{ "GDBM.new", CALL_CREATE, .instead = SAFE_FILE },
	{ "GDBM.open", CALL_CREATE, .instead = SAFE_FILE },
	{ "DBM.open", CALL_CREATE, .instead = SAFE_FILE },
	{ "SDBM.open", CALL_CREATE, .instead = SAFE_FILE },
	{ "CSV.open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "File.write", CALL_CREATE, .instead = SAFE_FILE },
	{ "File.binwrite", CALL_CREATE, .instead = SAFE_FILE },
	{ "IO.write", CALL_CREATE, .instead = SAFE_FILE },
	{ "IO.binwrite", CALL_CREATE, .instead = SAFE_FILE },
	{ "File.truncate", CALL_CREATE, .instead = SAFE_FILE },
	{ "FileUtils.touch", CALL_CREATE, .instead = SAFE_FILE },
	{ "FileUtils.cp", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "FileUtils.copy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "FileUtils.copy_file", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "FileUtils.copy_entry", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "FileUtils.cp_r", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "IO.copy_stream", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "FileUtils.install", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "Logger.new", CALL_CREATE, .instead = "a directory of the service's own" },
	{ "Dir.mkdir", CALL_DIRECTORY, .instead = SAFE_DIRECTORY },
	{ "FileUtils.mkdir", CALL_DIRECTORY, .instead = SAFE_DIRECTORY },
	{ "FileUtils.mkdir_p", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "FileUtils.mkpath", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "FileUtils.makedirs", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "FileUtils.mv", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "FileUtils.move", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "YAML.Store.new", CALL_CREATE, .instead = SAFE_FILE },
	{ "PStore.new", CALL_CREATE, .instead = SAFE_FILE },
	{ "Zip.File.open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "SQLite3.Database.new", CALL_CREATE, .instead = SAFE_FILE },
	{ ".reopen", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".open", CALL_SPECIAL, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".mkpath", CALL_DIRECTORY, ARGUMENT_RECEIVER, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ ".write", CALL_SPECIAL, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".binwrite", CALL_SPECIAL, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ "system", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "exec", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "spawn", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "sh", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Kernel.system", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Kernel.exec", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Kernel.spawn", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Process.spawn", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "PTY.spawn", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Open3.capture2e", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Open3.popen2", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Open3.popen2e", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Open3.popen3", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "qx", CALL_SHELL, .instead = SAFE_FILE },
	{ "IO.popen", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Open3.capture2", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Open3.capture3", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Zip.OutputStream.open", CALL_CREATE, .instead = SAFE_FILE },
	{ "SQLite3.Database.open", CALL_CREATE, .instead = SAFE_FILE },
	{ "Sequel.sqlite", CALL_CREATE, .instead = SAFE_FILE },
	{ "Sequel.connect", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".establish_connection", CALL_CREATE, 99, .path_keyword = "database", .instead = SAFE_FILE },
	{ "Archive.Zip.archive", CALL_CREATE, .instead = SAFE_FILE },
	{ "Axlsx.Package.serialize", CALL_CREATE, .instead = SAFE_FILE },
	{ ".serialize", CALL_CREATE, .instead = SAFE_FILE },
	{ ".write_xlsx", CALL_CREATE, .instead = SAFE_FILE },
	{ "WriteXLSX.new", CALL_CREATE, .instead = SAFE_FILE },
	{ "Daybreak.DB.new", CALL_CREATE, .instead = SAFE_FILE },
	{ "LevelDB.DB.new", CALL_CREATE, .instead = SAFE_FILE },
	{ "Moneta.new", CALL_CREATE, 99, .path_keyword = "file", .instead = SAFE_FILE },
	{ "ActiveSupport.Cache.FileStore.new", CALL_CREATE, .instead = SAFE_FILE },
	{ "ActiveSupport.Logger.new", CALL_CREATE, .instead = "a directory of the service's own" },
	{ "Lumberjack.Logger.new", CALL_CREATE, .instead = "a directory of the service's own" },
	{ "MonoLogger.new", CALL_CREATE, .instead = "a directory of the service's own" },
	{ ".get_object", CALL_CREATE, 99, .path_keyword = "response_target", .instead = SAFE_FILE },
	{ ".download_file", CALL_CREATE, .instead = SAFE_FILE },
	{ ".download!", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".getbinaryfile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".gettextfile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".extract", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "FileUtils.cp_lr", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "Shellwords.escape", CALL_SAME },
	{ "Shellwords.shellescape", CALL_SAME },
	{ ".shellescape", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".strip", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".squeeze", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".dup", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".sub", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".gsub", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".tr", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".sub_ext", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".cleanpath", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".expand_path", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".realpath", CALL_SAME, ARGUMENT_RECEIVER },
	{ "File.realpath", CALL_SAME },
	{ ".dig", CALL_ENVIRONMENT },
	{ ".first", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".last", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".map", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".collect", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".flat_map", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".then", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".yield_self", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".tap", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".select", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".reject", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".sort", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".uniq", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".compact", CALL_SAME, ARGUMENT_RECEIVER },
	{ "require", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ "Dir.chdir", CALL_CHDIR },
	{ "FileUtils.cd", CALL_CHDIR },
	{ "FileUtils.chdir", CALL_CHDIR },
	{ "File.symlink", CALL_EXCLUSIVE, 1 },
	{ "File.link", CALL_EXCLUSIVE, 1 },
	{ "File.mkfifo", CALL_EXCLUSIVE },
	{ "UNIXServer.new", CALL_EXCLUSIVE },
	{ ".join", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ "load", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ "File.umask", CALL_UMASK, .instead = "File.umask(0077)" },
	{ 0 },
};

static const struct script_variable variables[] = {
	{ "$$", CALL_PID },
	{ "$PID", CALL_PID },
	{ "$PROCESS_ID", CALL_PID },
	{ "ENV.TMPDIR", CALL_TEMPDIR },
	{ "ENV.TMP", CALL_TEMPDIR },
	{ "ENV.TEMP", CALL_TEMPDIR },
	{ "ENV.USER", CALL_USER },
	{ "ENV.LOGNAME", CALL_USER },
	{ 0 },
};

/** Of a path joins parts to it. */
static void do_join(struct flow *flow, const struct flow_call *call) {
	const struct lex *lex = flow_lex(flow);
	struct value value = call->receiver;

	/* Of a list its elements. */
	if (lex_is(lex_at(lex, call->first), "[")) {
		const struct value separator = flow_argument(flow, call, 0, NULL);
		size_t i = call->first + 1;

		for (value.count = 0; i < call->end;) {
			const size_t end = flow_expression_end(flow, i);
			const struct value one = flow_value(flow, (struct flow_range) { i, end });

			if (value.count)
				value = value_concatenate(flow_arena(flow), &value, &separator);
			value = value.count ? value_concatenate(flow_arena(flow), &value, &one) : one;
			if (!lex_is(lex_at(lex, end), ","))
				break;
			i = end + 1;
		}
		flow_result(flow, &value);
		return;
	}
	for (size_t i = 0; i < call->narguments; ++i) {
		const struct value part = flow_value(flow, call->arguments[i].range);

		value = value_join(flow_arena(flow), &value, &part);
	}
	flow_result(flow, &value);
}

static const char *word(struct flow *flow, const struct lex_token *token) {
	return arena_bytes(flow_arena(flow), token->text, token->length);
}

/** attr_reader :x, :y: methods of the script's own that give @x, @y, whatever others of that name do. */
static void take_attributes(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);

	for (++i; lex_at(lex, i)->kind == LEX_NUMBER; i += 2) {
		flow_alias(flow, arena_text(flow_arena(flow), ".%s", word(flow, lex_at(lex, i))), FLOW_OWN);
		if (!lex_is(lex_at(lex, i + 1), ","))
			break;
	}
}

/** Where the block that opens at i ends. */
static size_t block_end(const struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	size_t depth = 0;

	for (; lex_at(lex, i)->kind != LEX_END; ++i) {
		const struct lex_token *token = lex_at(lex, i);

		depth += token->kind == LEX_OPEN || lex_is(token, "{");
		if ((token->kind == LEX_CLOSE || lex_is(token, "}")) && --depth == 0)
			return i;
	}
	return i;
}

/** let(:x) { VALUE }, define_method(:x) { VALUE }: a name for what the block gives. */
static void take_named_block(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *open = lex_at(lex, i + 4);

	if (lex_is(lex_at(lex, i + 1), "(") && lex_at(lex, i + 2)->kind == LEX_NUMBER &&
	    lex_is(lex_at(lex, i + 3), ")") && (open->kind == LEX_OPEN || lex_is(open, "{")))
		flow_bind(flow, word(flow, lex_at(lex, i + 2)), 0,
		          (struct flow_range) { i + 5, block_end(flow, i + 4) });
}

/** NAME = CLASS: another name for it. */
static void take_alias(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *name = lex_at(lex, i), *class;
	size_t at = i + 2 + lex_is(lex_at(lex, i + 2), "::");
	struct builder full = { .arena = flow_arena(flow) };

	for (;; at += 2) {
		class = lex_at(lex, at);
		if (class->kind != LEX_NAME || class->text[0] < 'A' || class->text[0] > 'Z')
			return;
		builder_bytes(&full, class->text, class->length);
		if (!lex_is(lex_at(lex, at + 1), "::"))
			break;
		builder_text(&full, ".");
	}
	if (lex_at(lex, at + 1)->kind == LEX_NEWLINE)
		flow_alias(flow, word(flow, name), builder_string(&full));
}

/** The parameters of the block that opens at open: elements of what the method is called on, or what the call gives. */
static void take_parameters(struct flow *flow, size_t open) {
	static const char *const each[] = {
		"each",    "map",     "each_with_index", "flat_map",         "select",       "reject",
		"filter",  "find",    "detect",          "each_entry",       "tap",          "then",
		"sort_by", "collect", "filter_map",      "each_with_object", "reverse_each", NULL
	};
	const struct lex *lex = flow_lex(flow);
	const struct value unknown = value_unknown();
	const size_t call = flow_call_start(flow, open);
	size_t method = open, first = open + 2;

	/* What stands before the parentheses of the call. */
	if (lex_is(lex_at(lex, open - 1), ")"))
		method = flow_partner(flow, open - 1);
	--method;
	bool iterates = false;
	for (const char *const *row = each; *row; ++row)
		iterates |= lex_is(lex_at(lex, method), *row);
	for (; lex_at(lex, first)->kind == LEX_NAME; first += 2) {
		const char *name = word(flow, lex_at(lex, first));

		const bool pair = lex_is(lex_at(lex, method), "each") || lex_is(lex_at(lex, method), "each_pair");
		const bool second = pair && first == open + 4, paired = pair && lex_is(lex_at(lex, open + 3), ",");

		if ((first > open + 2 && !second) || (first == open + 2 && paired) || call >= open)
			flow_bind_value(flow, name, open + 1, &unknown);
		else if (iterates && method > call + 1)
			flow_bind_element(flow, name, open + 1, (struct flow_range) { call, method - 1 });
		else
			flow_bind(flow, name, open + 1, (struct flow_range) { call, open });
		if (!lex_is(lex_at(lex, first + 1), ","))
			break;
	}
}

/** NAME = Struct.new(:a, :b): what NAME.new(x, y) is given are @a, @b; the symbols begin at members. */
static void take_struct(struct flow *flow, size_t i, size_t members) {
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *class = lex_at(lex, i);

	for (size_t at = members; lex_at(lex, at)->kind == LEX_NUMBER; at += 2)
		flow_alias(flow, arena_text(flow_arena(flow), ".%s", word(flow, lex_at(lex, at))), FLOW_OWN);
	for (size_t call = 0; lex_at(lex, call)->kind != LEX_END; ++call) {
		size_t member = members, argument = call + 4;

		if (!lex_is(lex_at(lex, call + 1), ".") || !lex_is(lex_at(lex, call + 2), "new") ||
		    !lex_is(lex_at(lex, call + 3), "(") || lex_at(lex, call)->length != class->length ||
		    memcmp(lex_at(lex, call)->text, class->text, class->length) != 0)
			continue;
		for (; lex_at(lex, member)->kind == LEX_NUMBER; member += 2) {
			const size_t end = flow_expression_end(flow, argument);
			const bool keyed = lex_is(lex_at(lex, argument + 1), ":");
			const struct lex_token *name = lex_at(lex, keyed ? argument : member);

			flow_bind(flow, arena_text(flow_arena(flow), "@%s", word(flow, name)), call,
			          (struct flow_range) { argument + (keyed ? 2 : 0), end });
			if (!lex_is(lex_at(lex, end), ","))
				break;
			argument = end + 1;
		}
	}
}

/** Names that others have by modules, classes, blocks. */
static void prepare(struct flow *flow) {
	const struct lex *lex = flow_lex(flow);
	bool tasks = false;

	for (size_t i = 0; lex_at(lex, i)->kind != LEX_END; ++i) {
		const struct lex_token *token = lex_at(lex, i), *next = lex_at(lex, i + 1);
		const uint8_t before = i ? lex_at(lex, i - 1)->kind : LEX_NEWLINE;
		const bool starts = before == LEX_NEWLINE || before == LEX_OPEN || before == LEX_CLOSE;

		if (i && (token->kind == LEX_OPEN || lex_is(token, "{")) && lex_is(next, "|"))
			take_parameters(flow, i);
		if (token->kind != LEX_NAME || !starts)
			continue;
		/* Its methods are known without it, and to tasks of rake. */
		if (lex_is(token, "include") && lex_is(next, "FileUtils"))
			flow_alias_all(flow, "FileUtils");
		tasks |= lex_is(token, "task") || lex_is(token, "namespace");
		if (lex_is(token, "attr_reader") || lex_is(token, "attr_accessor") || lex_is(token, "attr_writer"))
			take_attributes(flow, i);
		if (lex_is(token, "let") || lex_is(token, "let!") || lex_is(token, "subject") ||
		    lex_is(token, "define_method"))
			take_named_block(flow, i);
		if (!lex_is(next, "=") || token->text[0] < 'A' || token->text[0] > 'Z')
			continue;
		if ((lex_is(lex_at(lex, i + 2), "Struct") || lex_is(lex_at(lex, i + 2), "Data")) &&
		    lex_is(lex_at(lex, i + 5), "("))
			take_struct(flow, i, i + 6);
		else
			take_alias(flow, i);
	}
	if (tasks)
		flow_alias_all(flow, "FileUtils");
}

/** Whether it runs a command: those that open files are of the classes for them. */
static bool is_runner(const char *name) {
	static const char *const prefixes[] = { "Kernel.", "Process.", "PTY.", "Open3.", "IO.popen", NULL };
	static const char *const names[] = { "system", "exec", "spawn", "sh", NULL };

	for (const char *const *row = prefixes; *row; ++row)
		if (strncmp(name, *row, strlen(*row)) == 0 && strcmp(name, "Kernel.open") != 0)
			return true;
	for (const char *const *row = names; *row; ++row)
		if (strcmp(name, *row) == 0)
			return true;
	return false;
}

/** What a command does, and where its output is put: spawn("ls", out: FILE). */
static void do_run(struct flow *flow, const struct flow_call *call) {
	static const char *const outputs[] = { "out", "err", NULL };

	const struct lex *lex = flow_lex(flow);

	flow_shell(flow, call);
	/* [:out, :err] => [FILE, "w"]. */
	for (size_t i = call->first + 1; i < call->end; ++i)
		if (lex_is(lex_at(lex, i), "=>") && lex_is(lex_at(lex, i - 1), "]")) {
			const struct value path =
			        flow_value(flow, (struct flow_range) { i + 1, flow_expression_end(flow, i + 1) });

			flow_create(flow, call, &path, false);
		}
	for (const char *const *output = outputs; *output; ++output)
		if (flow_has_argument(call, 99, *output)) {
			const struct value path = flow_argument(flow, call, 99, *output);

			flow_create(flow, call, &path, false);
		}
}

/** A path, below the second argument unless it is absolute. */
static void do_expand(struct flow *flow, const struct flow_call *call) {
	struct value path = flow_argument(flow, call, 0, NULL);

	if (flow_has_argument(call, 1, NULL) && path.choices[0].text[0] != '/') {
		const struct value directory = flow_argument(flow, call, 1, NULL);

		path = value_join(flow_arena(flow), &directory, &path);
	}
	flow_result(flow, &path);
}

/** fetch("x") { VALUE }, fetch("x", VALUE). */
static void do_fetch(struct flow *flow, const struct flow_call *call) {
	const size_t open = call->end;
	struct value value = flow_environment(flow, call);

	if (lex_is(lex_at(flow_lex(flow), open), "{")) {
		const struct value otherwise =
		        flow_value(flow, (struct flow_range) { open + 1, flow_partner(flow, open) });

		value = value_is_unknown(&value) ? value_either(&otherwise, &value) : value;
	}
	flow_result(flow, &value);
}

/** map { … } gives what its block does. */
static bool gives_block(struct flow *flow, const struct flow_call *call) {
	static const char *const names[] = { ".map", ".collect", ".flat_map", ".then", ".yield_self", NULL };
	const struct lex *lex = flow_lex(flow);
	size_t open = call->end;

	for (const char *const *row = names;; ++row) {
		if (!*row)
			return false;
		if (strcmp(call->row->name, *row) == 0)
			break;
	}
	/* The block may have been read as an argument. */
	if (call->narguments)
		open = call->arguments[0].range.first;
	if (!lex_is(lex_at(lex, open), "{") && lex_at(lex, open)->kind != LEX_OPEN)
		return true;
	size_t first = open + 1;
	if (lex_is(lex_at(lex, first), "|"))
		while (!lex_is(lex_at(lex, ++first), "|") && lex_at(lex, first)->kind != LEX_END)
			;
	const struct value value = flow_value(
	        flow, (struct flow_range) { first + lex_is(lex_at(lex, first), "|"), flow_partner(flow, open) });
	flow_result(flow, &value);
	return true;
}

/** Whether a picture is meant, which is written to a path: a stream is not. */
static bool is_image(const struct flow *flow, const struct flow_call *call) {
	static const char *const makers[] = { "Gruff", "MiniMagick", "Magick", "ChunkyPNG", "Vips", "Axlsx", NULL };
	const char *name = call->receiver_name;

	for (const char *const *row = makers; *row; ++row)
		if (lex_is(lex_at(flow_lex(flow), call->first), *row) || (name && flow_is_made_by(flow, name, *row)))
			return true;
	return name && (text_starts(name, "im") || text_starts(name, "canvas"));
}

/** What opens or puts down something by other words than a mode. */
static bool opens_other(struct flow *flow, const struct flow_call *call) {
	const char *name = call->row->name;
	struct value path = flow_argument(flow, call, 0, NULL);

	if (strcmp(name, "Sequel.connect") == 0) {
		if (text_starts(path.choices[0].text, "sqlite://")) {
			path.choices[0].text += strlen("sqlite://");
			flow_create(flow, call, &path, false);
		}
	} else if (strcmp(name, ".extract") == 0) {
		/* An entry of an archive to a path, or below destination_directory: */
		if (flow_has_argument(call, -9, "destination_directory"))
			path = flow_argument(flow, call, -9, "destination_directory");
		flow_create(flow, call, &path, false);
	} else if (strcmp(name, "Zip.File.open") == 0 && flow_has_argument(call, -9, "create")) {
		flow_create(flow, call, &path, false);
	} else if ((strcmp(name, "open") == 0 || strcmp(name, "Kernel.open") == 0 || strcmp(name, "URI.open") == 0) &&
	           path.choices[0].text[0] == '|') {
		++path.choices[0].text;
		flow_command(flow, call, &path);
	} else {
		return false;
	}
	return true;
}

static void special(struct flow *flow, const struct flow_call *call) {
	if (is_runner(call->row->name)) {
		do_run(flow, call);
		return;
	}
	/* A path opens itself. */
	const bool itself = strcmp(call->row->name, ".open") == 0;
	const struct value path = itself ? call->receiver : flow_argument(flow, call, 0, NULL);
	const struct flow_argument *argument = flow_find_argument(call, !itself, "mode");
	bool creates = false, exclusive = true;

	if (strcmp(call->row->name, "File.expand_path") == 0 || strcmp(call->row->name, "File.absolute_path") == 0) {
		do_expand(flow, call);
		return;
	}
	if (text_ends(call->row->name, ".fetch")) {
		do_fetch(flow, call);
		return;
	}
	if (gives_block(flow, call) || opens_other(flow, call))
		return;
	if (strcmp(call->row->name, ".join") == 0) {
		do_join(flow, call);
		return;
	}
	if (strcmp(call->row->name, ".write") == 0 || strcmp(call->row->name, ".binwrite") == 0) {
		flow_create(flow, call, &call->receiver, false);
		if (is_image(flow, call))
			flow_create(flow, call, &path, false);
		return;
	}
	if (strncmp(call->row->name, "FileUtils.", 10) == 0) {
		flow_directory(flow, call, &path, true);
		return;
	}
	if (!argument)
		return;
	if (flow_mentions(flow, argument->range, "CREAT") || flow_mentions(flow, argument->range, "WRONLY")) {
		flow_create(flow, call, &path, flow_mentions(flow, argument->range, "EXCL"));
		return;
	}
	const struct value mode = flow_value(flow, argument->range);
	for (unsigned i = 0; i < mode.count; ++i) {
		creates |= strpbrk(mode.choices[i].text, "wa") != NULL;
		exclusive &= strchr(mode.choices[i].text, 'x') != NULL;
	}
	if (creates)
		flow_create(flow, call, &path, exclusive);
}

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

const struct script_language language_ruby = {
	.name = "ruby",
	.title = "Ruby",
	.check = SCRIPT_RUNTIMES,
	.suffixes = LIST(".rb", ".rake", ".gemspec", ".ru", "Rakefile", "Gemfile", "Vagrantfile", "Capfile"),
	.interpreters = LIST("ruby", "jruby", "rake"),
	.lex = lex_ruby,
	.calls = calls,
	.variables = variables,
	.concatenate = LIST("+", "<<"),
	.join = LIST("/"),
	.either = LIST("||", "or"),
	.assign = LIST("="),
	.append = LIST("+=", "<<"),
	.assign_if_empty = LIST("||="),
	.functions = LIST("def"),
	.constructor = "initialize",
	.selves = LIST("@", "self."),
	.percent_formats = true,
	.bare_calls = true,
	.loose_parentheses = true,
	.plus_joins = true,
	.prepare = prepare,
	.special = special,
};
