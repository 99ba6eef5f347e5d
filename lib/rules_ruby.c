/** Ruby: what its calls do. */

#include "flow.h"
#include "lex_ruby.h"
#include "script.h"
#include "text.h"

#include <string.h>

#define SAFE_FILE "Tempfile.create"
#define SAFE_DIRECTORY "Dir.mktmpdir"

static const struct script_call calls[] = {
	{ "Tempfile.new", CALL_FRESH, 1 },
	{ "Tempfile.open", CALL_FRESH, 1 },
	{ "Tempfile.create", CALL_FRESH, 1 },
	{ "Dir.mktmpdir", CALL_FRESH, 1 },
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
	{ "SecureRandom.hex", CALL_STRONG, 0, MODE_COUNTED, 8 },
	{ "SecureRandom.uuid", CALL_STRONG },
	{ "SecureRandom.alphanumeric", CALL_STRONG, 0, MODE_COUNTED, 6 },
	{ "SecureRandom.urlsafe_base64", CALL_STRONG, 0, MODE_COUNTED, 8 },
	{ "SecureRandom.random_bytes", CALL_STRONG, 0, MODE_COUNTED, 8 },
	{ "SecureRandom.base64", CALL_STRONG, 0, MODE_COUNTED, 8 },
	{ "SecureRandom.bytes", CALL_STRONG, 0, MODE_COUNTED, 8 },
	{ "SecureRandom.uuid_v4", CALL_STRONG },
	{ "SecureRandom.uuid_v7", CALL_STRONG },
	{ "SecureRandom.random_number", CALL_STRONG, 0, MODE_HIGHEST },
	{ "SecureRandom.rand", CALL_STRONG, 0, MODE_HIGHEST },
	{ "Random.urandom", CALL_STRONG, 0, MODE_COUNTED, 8 },
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
	{ "SQLite3.Database.new", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".reopen", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".open", CALL_SPECIAL, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".mkpath", CALL_DIRECTORY, ARGUMENT_RECEIVER, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ ".write", CALL_SPECIAL, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".binwrite", CALL_SPECIAL, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ "system", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "exec", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "spawn", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "sh", CALL_SPECIAL, .instead = SAFE_FILE },
	/* Of Capistrano, and of Thor. */
	{ "execute", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "capture", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "run", CALL_SPECIAL, .instead = SAFE_FILE },
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
	{ "SQLite3.Database.open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".to_file", CALL_CREATE, .instead = SAFE_FILE },
	{ ".pretty_print", CALL_CREATE, 99, .path_keyword = "to_file", .instead = SAFE_FILE },
	{ "StackProf.run", CALL_CREATE, 99, .path_keyword = "out", .instead = SAFE_FILE },
	{ "StackProf.results", CALL_CREATE, .instead = SAFE_FILE },
	{ "Vernier.profile", CALL_CREATE, 99, .path_keyword = "out", .instead = SAFE_FILE },
	{ "Vernier.trace", CALL_CREATE, 99, .path_keyword = "out", .instead = SAFE_FILE },
	{ ".save_screenshot", CALL_CREATE, .instead = SAFE_FILE },
	{ ".save_page", CALL_CREATE, .instead = SAFE_FILE },
	{ ".screenshot", CALL_CREATE, 99, .path_keyword = "path", .instead = SAFE_FILE },
	{ ".pdf", CALL_CREATE, 99, .path_keyword = "path", .instead = SAFE_FILE },
	{ ".save_as", CALL_CREATE, .instead = SAFE_FILE },
	{ ".stream_to_file", CALL_CREATE, .instead = SAFE_FILE },
	{ "Down.download", CALL_CREATE, 99, .path_keyword = "destination", .instead = SAFE_FILE },
	{ ".mkdir", CALL_DIRECTORY, ARGUMENT_RECEIVER, .instead = SAFE_DIRECTORY },
	{ ".method", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "method", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".send", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".public_send", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".__send__", CALL_SPECIAL, .instead = SAFE_FILE },
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
	{ "File.unlink", CALL_RELEASE },
	{ "File.delete", CALL_RELEASE },
	{ "Dir.rmdir", CALL_RELEASE },
	{ "Dir.delete", CALL_RELEASE },
	{ "Dir.unlink", CALL_RELEASE },
	{ "FileUtils.rm", CALL_RELEASE },
	{ "FileUtils.rm_f", CALL_RELEASE },
	{ "FileUtils.rm_r", CALL_RELEASE },
	{ "FileUtils.rm_rf", CALL_RELEASE },
	{ "FileUtils.rmdir", CALL_RELEASE },
	{ "FileUtils.rmtree", CALL_RELEASE },
	{ "FileUtils.remove", CALL_RELEASE },
	{ "FileUtils.remove_dir", CALL_RELEASE },
	{ "FileUtils.remove_entry", CALL_RELEASE },
	{ "FileUtils.remove_entry_secure", CALL_RELEASE },
	{ "FileUtils.remove_file", CALL_RELEASE },
	{ ".close!", CALL_RELEASE, ARGUMENT_RECEIVER },
	{ ".unlink", CALL_RELEASE, ARGUMENT_RECEIVER },
	{ ".delete", CALL_RELEASE, ARGUMENT_RECEIVER },
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
	if (call->receiver_name && lex_is(lex_at(lex, call->first + 2), "join")) {
		const struct value separator = flow_argument(flow, call, 0, NULL),
		                   list = flow_joined(flow, (struct flow_range) { call->first, call->first + 1 },
		                                      &separator);

		if (!value_is_unknown(&list)) {
			flow_result(flow, &list);
			return;
		}
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

/** self.x = VALUE, object.x = VALUE, of an attribute of the script's own: it is @x. */
static void take_attribute_value(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *name = lex_at(lex, i + 2);

	if (!lex_is(lex_at(lex, i + 1), ".") || name->kind != LEX_NAME || !lex_is(lex_at(lex, i + 3), "="))
		return;
	if (lex_is(lex_at(lex, i), "self") ||
	    strcmp(flow_resolved(flow, arena_text(flow_arena(flow), ".%s", word(flow, name))), FLOW_OWN) == 0)
		flow_bind(flow, arena_text(flow_arena(flow), "@%s", word(flow, name)), i,
		          (struct flow_range) { i + 4, flow_expression_end(flow, i + 4) });
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

/** Whether a word is in a list. */
static bool is_word(const struct lex_token *token, const char *const *words) {
	for (; *words; ++words)
		if (lex_is(token, *words))
			return true;
	return false;
}

/** Whether the block that opens at open is what lambda, proc or Proc.new makes for a variable. */
static bool is_function(const struct lex *lex, size_t open) {
	static const char *const makers[] = { "lambda", "proc", NULL };
	const bool made = open > 3 && lex_is(lex_at(lex, open - 1), "new") && lex_is(lex_at(lex, open - 3), "Proc");

	return (made || is_word(lex_at(lex, open - 1), makers)) && lex_is(lex_at(lex, open - (made ? 4 : 2)), "=");
}

/** Bind the first parameter of the block that opens at open: to elements of what the method is called on, or to what
 * the call gives, as the script's own methods do by yield. */
static void bind_first(struct flow *flow, size_t open, const char *name) {
	static const char *const each[] = {
		"each_pair",  "each",    "map",        "each_with_index",  "flat_map",     "select", "reject",
		"filter",     "find",    "detect",     "each_entry",       "tap",          "then",   "sort_by",
		"each_value", "collect", "filter_map", "each_with_object", "reverse_each", NULL
	};
	const struct lex *lex = flow_lex(flow);
	const struct value unknown = value_unknown();
	const size_t call = flow_call_start(flow, open);
	size_t method = open;

	/* What stands before the parentheses of the call. */
	if (lex_is(lex_at(lex, open - 1), ")"))
		method = flow_partner(flow, open - 1);
	--method;
	const char of = *lex_at(lex, call)->text;
	const bool own = of >= 'A' && of <= 'Z' && flow_defines(flow, lex_at(lex, method));
	if (call >= open)
		flow_bind_value(flow, name, open + 1, &unknown);
	else if (is_word(lex_at(lex, method), each) && method > call + 1 && !own)
		flow_bind_element(flow, name, open + 1, (struct flow_range) { call, method - 1 });
	else
		flow_bind(flow, name, open + 1, (struct flow_range) { call, open });
}

/** The parameters of the block that opens at open: of pairs the second is meant. */
static void take_parameters(struct flow *flow, size_t open) {
	static const char *const pairs[] = { "each", "each_pair", NULL };
	const struct lex *lex = flow_lex(flow);
	const struct value unknown = value_unknown();
	const bool pair = is_word(lex_at(lex, open - 1), pairs), paired = pair && lex_is(lex_at(lex, open + 3), ",");

	if (is_function(lex, open))
		return;
	for (size_t first = open + 2; lex_at(lex, first)->kind == LEX_NAME; first += 2) {
		const bool second = pair && first == open + 4;

		if (second || (first == open + 2 && !paired))
			bind_first(flow, open, word(flow, lex_at(lex, first)));
		else
			flow_bind_value(flow, word(flow, lex_at(lex, first)), open + 1, &unknown);
		if (!lex_is(lex_at(lex, first + 1), ","))
			break;
	}
}

enum { OPEN_MOST = 64 };

/** The blocks that are open, for those whose parameter has no name of the script's own. */
struct open_blocks {
	size_t opens[OPEN_MOST], depth, last;
};

/** What a block without parameters calls its first one: it, _1. */
static void take_numbered(struct flow *flow, struct open_blocks *blocks, size_t i) {
	static const char *const behind[] = { "do", "(", "{", NULL };
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *token = lex_at(lex, i), *next = lex_at(lex, i + 1);

	if (token->kind == LEX_OPEN || lex_is(token, "{")) {
		if (blocks->depth < OPEN_MOST)
			blocks->opens[blocks->depth] = i;
		++blocks->depth;
	} else if ((token->kind == LEX_CLOSE || lex_is(token, "}")) && blocks->depth) {
		--blocks->depth;
	}
	if (token->kind != LEX_NAME || !(lex_is(token, "it") || lex_is(token, "_1")) || !blocks->depth ||
	    blocks->depth > OPEN_MOST || next->kind == LEX_STRING || next->kind == LEX_OPEN || is_word(next, behind) ||
	    lex_is(lex_at(lex, i - 1), "."))
		return;
	const size_t open = blocks->opens[blocks->depth - 1];
	const struct lex_token *before = lex_at(lex, open ? open - 1 : SIZE_MAX);
	if (lex_is(lex_at(lex, open + 1), "|") || open == blocks->last ||
	    (before->kind != LEX_NAME && !lex_is(before, ")")))
		return;
	blocks->last = open;
	bind_first(flow, open, word(flow, token));
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

/** mattr_accessor :x, default: VALUE, and its like: a method, and a variable of the class; an option of Thor's. */
static void take_settings(struct flow *flow, size_t i) {
	static const char *const words[] = { "mattr_accessor",  "mattr_reader",    "mattr_writer",
		                             "cattr_accessor",  "cattr_reader",    "cattr_writer",
		                             "class_attribute", "config_accessor", "attribute",
		                             "setting",         "class_option",    "method_option",
		                             "option",          "config_param",    "thread_mattr_accessor",
		                             "optional",        "desired_param",   NULL };
	const struct lex *lex = flow_lex(flow);
	size_t at = i + 1 + lex_is(lex_at(lex, i + 1), "(");
	const struct lex_token *name = lex_at(lex, at);
	bool sets = false;

	for (const char *const *row = words; *row; ++row)
		sets |= lex_is(lex_at(lex, i), *row);
	if (!sets || name->kind != LEX_NUMBER)
		return;
	const bool option = text_ends(word(flow, lex_at(lex, i)), "option");
	for (++at; lex_at(lex, at)->kind < LEX_NEWLINE && lex_at(lex, at)->kind != LEX_END; ++at) {
		if (!lex_is(lex_at(lex, at), "default") || !lex_is(lex_at(lex, at + 1), ":"))
			continue;
		const struct flow_range value = { at + 2, flow_expression_end(flow, at + 2) };

		/* Read as a method, as the instance's or the class's variable, or as the option. */
		flow_bind(flow, arena_text(flow_arena(flow), "@%s", word(flow, name)), i, value);
		flow_bind(flow, arena_text(flow_arena(flow), "@@%s", word(flow, name)), i, value);
		if (option)
			flow_bind(flow, arena_text(flow_arena(flow), "options.%s", word(flow, name)), i, value);
		return;
	}
}

/** Bind the parameters that stand from first to before end, apart by commas, to the arguments that begin at argument,
 * or also to these. */
static void bind_given(struct flow *flow, size_t first, size_t end, size_t token, size_t argument, bool also) {
	const struct lex *lex = flow_lex(flow);

	for (; first < end && lex_at(lex, first)->kind == LEX_NAME; first += 2) {
		const size_t stop = flow_expression_end(flow, argument);
		const struct flow_range range = { argument, stop };

		if (also)
			flow_bind_also(flow, word(flow, lex_at(lex, first)), token, range);
		else
			flow_bind(flow, word(flow, lex_at(lex, first)), token, range);
		if (!lex_is(lex_at(lex, stop), ","))
			return;
		argument = stop + 1;
	}
}

/** NAME = ->(a, b) { … }, lambda { |a, b| … }, proc, Proc.new: its calls say what its parameters are. */
static void take_function(struct flow *flow, size_t i) {
	/* As many as there are tokens at the head of the function: each is bound at another one. */
	enum { MOST = 3 };
	static const char *const called[] = { "call", "yield", NULL };
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *name = lex_at(lex, i);
	size_t open = i + 2, end;
	unsigned count = 0;

	if (!lex_is(lex_at(lex, i + 1), "="))
		return;
	if (lex_is(lex_at(lex, open), "->") && lex_is(lex_at(lex, open + 1), "(")) {
		++open;
		end = flow_partner(flow, open);
	} else if (lex_is(lex_at(lex, open), "lambda") || lex_is(lex_at(lex, open), "proc") ||
	           (lex_is(lex_at(lex, open), "Proc") && lex_is(lex_at(lex, open + 2), "new"))) {
		open += lex_is(lex_at(lex, open), "Proc") ? 4 : 2;
		if (!lex_is(lex_at(lex, open), "|"))
			return;
		for (end = open + 1; !lex_is(lex_at(lex, end), "|") && lex_at(lex, end)->kind < LEX_NEWLINE;)
			++end;
	} else {
		return;
	}
	/* NAME.call(…), NAME.(…), NAME[…]. */
	for (size_t at = end; lex_at(lex, at)->kind != LEX_END && count < MOST; ++at) {
		const struct lex_token *token = lex_at(lex, at);
		size_t argument = at + 1;

		if (token->kind != LEX_NAME || token->length != name->length ||
		    memcmp(token->text, name->text, name->length) != 0)
			continue;
		if (lex_is(lex_at(lex, argument), "."))
			argument += is_word(lex_at(lex, argument + 1), called) ? 2 : 1;
		else if (!lex_is(lex_at(lex, argument), "["))
			continue;
		if (!lex_is(lex_at(lex, argument), "(") && !lex_is(lex_at(lex, argument), "["))
			continue;
		/* Each of them may be meant. */
		bind_given(flow, open + 1, end, open + count, argument + 1, count > 0);
		++count;
	}
}

/** CLASS.method(:NAME), method(:NAME): the function's name, if that begins at i; else NULL. */
static const char *method_object(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const bool of = lex_is(lex_at(lex, i + 1), "."), global = lex_is(lex_at(lex, i), "method");
	const size_t word_at = of && !global ? i + 2 : i;
	const struct lex_token *name = lex_at(lex, word_at + 2);

	if (!lex_is(lex_at(lex, word_at), "method") || !lex_is(lex_at(lex, word_at + 1), "(") ||
	    name->kind != LEX_NUMBER)
		return NULL;
	return word_at > i ? arena_text(flow_arena(flow), "%s.%s", word(flow, lex_at(lex, i)), word(flow, name))
	                   : word(flow, name);
}

/** NAME = CLASS.method(:NAME): its calls are that function's. */
static void take_method(struct flow *flow, size_t i) {
	const char *function = lex_is(lex_at(flow_lex(flow), i + 1), "=") ? method_object(flow, i + 2) : NULL;
	const char *name = word(flow, lex_at(flow_lex(flow), i));

	if (!function || !flow_row(flow, function))
		return;
	/* The variable is looked up by itself, too. */
	flow_alias(flow, arena_text(flow_arena(flow), "%s.call", name), function);
	flow_alias(flow, name, arena_text(flow_arena(flow), "method.%s", name));
}

/** LIST.each(&CLASS.method(:NAME)): each of the elements is given to it. */
static void do_each_method(struct flow *flow, const struct flow_call *call) {
	static const char *const each[] = { "each", "map", "collect", "flat_map", "each_entry", NULL };
	const struct lex *lex = flow_lex(flow);
	const size_t first = call->first;
	const char *function = method_object(flow, first);
	struct flow_call called = { .first = first, .end = call->end };

	if (!function || first < 4 || !lex_is(lex_at(lex, first - 1), "&") || !lex_is(lex_at(lex, first - 2), "(") ||
	    !is_word(lex_at(lex, first - 3), each) || !lex_is(lex_at(lex, first - 4), "."))
		return;
	called.row = flow_row(flow, function);
	if (!called.row || called.row->effect != CALL_CREATE || called.row->path != 0)
		return;
	const struct value path =
	        flow_elements(flow, (struct flow_range) { flow_call_start(flow, first - 4), first - 4 });
	flow_create(flow, &called, &path, false);
}

/** Names that others have by modules, classes, blocks. */
static void prepare(struct flow *flow) {
	const struct lex *lex = flow_lex(flow);
	const struct value slash = value_literal(flow_arena(flow), "/", 1);
	struct open_blocks blocks = { .last = SIZE_MAX };
	bool tasks = false;

	flow_alias(flow, "FileUtils.Verbose", "FileUtils");
	flow_bind_value(flow, "File.SEPARATOR", 0, &slash);
	flow_bind_value(flow, "File.Separator", 0, &slash);

	for (size_t i = 0; lex_at(lex, i)->kind != LEX_END; ++i) {
		const struct lex_token *token = lex_at(lex, i), *next = lex_at(lex, i + 1);
		const uint8_t before = i ? lex_at(lex, i - 1)->kind : LEX_NEWLINE;
		const bool starts = before == LEX_NEWLINE || before == LEX_OPEN || before == LEX_CLOSE;

		take_numbered(flow, &blocks, i);
		if (i && (token->kind == LEX_OPEN || lex_is(token, "{")) && lex_is(next, "|"))
			take_parameters(flow, i);
		if (token->kind != LEX_NAME || !starts)
			continue;
		take_attribute_value(flow, i);
		/* Its methods are known without it, and to tasks of rake. */
		if (lex_is(token, "include") && lex_is(next, "FileUtils"))
			flow_alias_all(flow, "FileUtils");
		tasks |= lex_is(token, "task") || lex_is(token, "namespace");
		if (lex_is(token, "attr_reader") || lex_is(token, "attr_accessor") || lex_is(token, "attr_writer"))
			take_attributes(flow, i);
		if (lex_is(token, "let") || lex_is(token, "let!") || lex_is(token, "subject") ||
		    lex_is(token, "define_method"))
			take_named_block(flow, i);
		take_settings(flow, i);
		take_function(flow, i);
		take_method(flow, i);
		if (!lex_is(next, "=") || token->text[0] < 'A' || token->text[0] > 'Z')
			continue;
		/* A constant of the object's own class. */
		flow_bind(flow, arena_text(flow_arena(flow), "self.class.%s", word(flow, token)), i,
		          (struct flow_range) { i + 2, flow_expression_end(flow, i + 2) });
		if ((lex_is(lex_at(lex, i + 2), "Struct") || lex_is(lex_at(lex, i + 2), "Data")) &&
		    lex_is(lex_at(lex, i + 5), "(")) {
			/* It is no library's class of that name. */
			flow_alias(flow, word(flow, token), arena_text(flow_arena(flow), "own.%s", word(flow, token)));
			take_struct(flow, i, i + 6);
		} else
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

/** Where output is put: NAME, [NAME, MODE]. */
static void put_output(struct flow *flow, const struct flow_call *call, struct flow_range range) {
	const bool list = lex_is(lex_at(flow_lex(flow), range.first), "[");
	const size_t first = range.first + list;
	const struct value path =
	        flow_value(flow, (struct flow_range) { first, list ? flow_expression_end(flow, first) : range.end });

	flow_create(flow, call, &path, flow_mentions(flow, range, "EXCL"));
}

/** What a command does, and where its output is put: spawn("ls", out: FILE). */
static void do_run(struct flow *flow, const struct flow_call *call) {
	static const char *const outputs[] = { "out", "err", "1", "2", "STDOUT", "STDERR", "$stdout", "$stderr", NULL };

	const struct lex *lex = flow_lex(flow);
	struct flow_call run = *call;

	/* What the environment is stands before the command. */
	if (run.narguments > 1 && lex_is(lex_at(lex, run.arguments[0].range.first), "{")) {
		--run.narguments;
		memmove(run.arguments, call->arguments + 1, run.narguments * sizeof *run.arguments);
	}
	flow_shell(flow, &run);
	/* [:out, :err] => [FILE, "w"]. */
	for (size_t i = call->first + 1; i < call->end; ++i)
		if (lex_is(lex_at(lex, i), "=>") && lex_is(lex_at(lex, i - 1), "]"))
			put_output(flow, call, (struct flow_range) { i + 1, flow_expression_end(flow, i + 1) });
	for (const char *const *output = outputs; *output; ++output) {
		const struct flow_argument *argument = flow_find_argument(call, 99, *output);

		if (argument)
			put_output(flow, call, argument->range);
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

/** What is called by its name: File.send(:write, NAME, …). */
static void do_send(struct flow *flow, const struct flow_call *call) {
	const struct value name = flow_argument(flow, call, 0, NULL);
	struct flow_call sent = *call;

	if (!call->narguments || name.count != 1 || !call->receiver_name)
		return;
	sent.row = flow_row(flow, arena_text(flow_arena(flow), "%s.%s", call->receiver_name, name.choices[0].text));
	for (size_t i = 1; i < call->narguments; ++i)
		sent.arguments[i - 1] = call->arguments[i];
	--sent.narguments;
	if (sent.row)
		flow_do(flow, &sent);
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
	} else if (text_ends(name, "send") || text_ends(name, "send__")) {
		do_send(flow, call);
	} else if (text_ends(name, "method")) {
		do_each_method(flow, call);
	} else if (text_starts(name, "SQLite3.")) {
		if (!flow_has_argument(call, -9, "readonly") &&
		    !flow_mentions(flow, (struct flow_range) { call->first, call->end }, "READONLY"))
			flow_create(flow, call, &path, false);
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

/** Whether one of the words stands there, or in what a variable or constant there holds. */
static bool mentions_flags(const struct flow *flow, struct flow_range range, const char *const *words) {
	/* What stands first is looked at only behind something. */
	return flow_mentions_within(flow, (struct flow_range) { range.first - 1, range.end }, words);
}

/** Names of flags, or a constant that holds them, as the mode or as flags: */
static bool opens_by_flags(struct flow *flow, const struct flow_call *call, const struct value *path,
                           const struct flow_argument *mode) {
	static const char *const writes[] = { "CREAT", "WRONLY", NULL }, *const alone[] = { "EXCL", NULL };
	const struct flow_argument *flags = flow_find_argument(call, -9, "flags");
	const bool exclusive = (mode && mentions_flags(flow, mode->range, alone)) ||
	                       (flags && mentions_flags(flow, flags->range, alone));
	const bool creates = (mode && mentions_flags(flow, mode->range, writes)) ||
	                     (flags && mentions_flags(flow, flags->range, writes));

	/* With letters, too, they add to these. */
	if (!creates && exclusive && mode && lex_at(flow_lex(flow), mode->range.first)->kind == LEX_STRING)
		return true;
	if (creates)
		flow_create(flow, call, path, exclusive);
	return creates;
}

/** Whether a token stands in a block of what that word calls. */
static bool is_within(const struct lex *lex, size_t at, const char *word) {
	size_t depth = 0;

	while (at-- > 1) {
		const struct lex_token *token = lex_at(lex, at);

		if (token->kind == LEX_CLOSE || lex_is(token, "}"))
			++depth;
		else if ((token->kind == LEX_OPEN || lex_is(token, "{")) && depth)
			--depth;
		else if ((token->kind == LEX_OPEN || lex_is(token, "{")) && lex_is(lex_at(lex, at - 1), word))
			return true;
	}
	return false;
}

/** A plain word that runs a command: as Capistrano has it on this host, and Thor. */
static bool do_task(struct flow *flow, const struct flow_call *call) {
	const char *name = call->row->name;
	const bool run = strcmp(name, "run") == 0;

	if (!run && strcmp(name, "execute") != 0 && strcmp(name, "capture") != 0)
		return false;
	if (run ? flow_mentions(flow, (struct flow_range) { 0, SIZE_MAX }, "Thor")
	        : is_within(flow_lex(flow), call->first, "run_locally"))
		do_run(flow, call);
	return true;
}

static void special(struct flow *flow, const struct flow_call *call) {
	if (is_runner(call->row->name)) {
		do_run(flow, call);
		return;
	}
	if (do_task(flow, call))
		return;
	/* A path opens itself. */
	const bool itself = strcmp(call->row->name, ".open") == 0;
	const struct value path = itself ? call->receiver : flow_argument(flow, call, 0, NULL);
	const struct flow_argument *argument = flow_find_argument(call, !itself, "mode");

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
	if (opens_by_flags(flow, call, &path, argument) || !argument)
		return;
	const struct value mode = flow_value(flow, argument->range);
	flow_open(flow, call, &path, &mode);
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
