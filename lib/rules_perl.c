/** Perl: what its calls do. */

#include "flow.h"
#include "lex_perl.h"
#include "script.h"

#include "text.h"

#include <string.h>

/** An alias that stands where failures end the script by themselves. */
#define AUTODIE "autodie"

#define SAFE_FILE "my ($fh, $name) = File::Temp::tempfile()"
#define SAFE_NAME "File::Temp::tempfile(), or File::Temp::tempdir() and a name inside it"
#define SAFE_DIRECTORY "File::Temp::tempdir(CLEANUP => 1)"

static const struct script_call calls[] = {
	{ "POSIX.tmpnam", CALL_NAME, .instead = SAFE_NAME },
	{ "File.Temp.tmpnam", CALL_SPECIAL, .instead = SAFE_NAME },
	{ "File.Temp.mktemp", CALL_NAME, .instead = SAFE_NAME },
	{ "File.Temp.tempnam", CALL_NAME, .instead = SAFE_NAME },
	{ "File.Temp.tempfile", CALL_SPECIAL, .instead = SAFE_NAME },
	{ "File.Temp.tempdir", CALL_FRESH },
	{ "File.Temp.mkstemp", CALL_FRESH },
	{ "File.Temp.mkstemps", CALL_FRESH },
	{ "File.Temp.mkdtemp", CALL_FRESH },
	{ "File.Temp.tmpfile", CALL_FRESH },
	{ "File.Temp.new", CALL_FRESH },
	{ "File.Temp.newdir", CALL_FRESH },
	{ "new.File.Temp", CALL_FRESH },
	{ "new.File.Temp.Dir", CALL_FRESH },
	{ "IO.File.new_tmpfile", CALL_FRESH },
	{ "Path.Tiny.tempfile", CALL_FRESH },
	{ "Path.Tiny.tempdir", CALL_FRESH },
	{ "Mojo.File.tempfile", CALL_FRESH },
	{ "Mojo.File.tempdir", CALL_FRESH },

	{ "File.Spec.tmpdir", CALL_TEMPDIR },
	{ "File.Spec.Functions.tmpdir", CALL_TEMPDIR },
	{ "File.Spec.catfile", CALL_JOIN },
	{ "File.Spec.catdir", CALL_JOIN },
	{ "File.Spec.Functions.catfile", CALL_JOIN },
	{ "File.Spec.Functions.catdir", CALL_JOIN },
	{ "Path.Tiny.path", CALL_JOIN },
	{ "time", CALL_TIME },
	{ "localtime", CALL_TIME },
	{ "gmtime", CALL_TIME },
	{ "strftime", CALL_TIME },
	{ "POSIX.strftime", CALL_TIME },
	{ "getppid", CALL_PID },
	{ "POSIX.getpid", CALL_PID },
	{ "getlogin", CALL_USER },
	{ "getpwuid", CALL_USER },
	{ "hostname", CALL_USER },
	{ "Sys.Hostname.hostname", CALL_USER },
	{ "File.Basename.basename", CALL_USER },
	{ "basename", CALL_USER },
	{ "rand", CALL_RANDOM },
	{ "Bytes.Random.Secure.random_bytes", CALL_STRONG },
	{ "Bytes.Random.Secure.random_bytes_hex", CALL_STRONG },
	{ "Bytes.Random.Secure.random_bytes_base64", CALL_STRONG },
	{ "Bytes.Random.Secure.random_string_from", CALL_STRONG },
	{ ".bytes_hex", CALL_STRONG },
	{ ".bytes_base64", CALL_STRONG },
	{ "Bytes.Random.Secure.Tiny.new", CALL_STRONG },
	{ "Crypt.URandom.urandom", CALL_STRONG },
	{ "Crypt.URandom.getrandom", CALL_STRONG },
	{ "Crypt.PRNG.random_bytes", CALL_STRONG },
	{ "Crypt.PRNG.random_bytes_hex", CALL_STRONG },
	{ "Crypt.PRNG.random_bytes_b64", CALL_STRONG },
	{ "Crypt.PRNG.random_bytes_b64u", CALL_STRONG },
	{ "Crypt.PRNG.random_string", CALL_STRONG },
	{ "Crypt.OpenSSL.Random.random_bytes", CALL_STRONG },
	{ "Net.SSLeay.RAND_bytes", CALL_STRONG_INTO },
	{ "Session.Token.new", CALL_STRONG },
	{ "Data.Entropy.Algorithms.rand_bits", CALL_STRONG },
	{ "UUID.uuid", CALL_STRONG },
	{ "UUID.uuid4", CALL_STRONG },
	{ "UUID.URandom.create_uuid", CALL_STRONG },
	{ "UUID.URandom.create_uuid_hex", CALL_STRONG },
	{ "UUID.URandom.create_uuid_string", CALL_STRONG },
	{ "UUID4.Tiny.create_uuid4", CALL_STRONG },
	{ "UUID4.Tiny.create_uuid4_string", CALL_STRONG },
	{ "Digest.MD5.md5_hex", CALL_SAME },
	{ "Digest.SHA.sha1_hex", CALL_SAME },
	{ "Digest.SHA.sha256_hex", CALL_SAME },
	{ "MIME.Base64.encode_base64url", CALL_SAME },
	{ "unpack", CALL_SAME, 1 },
	{ "int", CALL_SAME },
	{ "lc", CALL_SAME },
	{ "sprintf", CALL_FORMAT },
	{ "join", CALL_JOIN_LIST },

	{ "open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "IO.File.new", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "new.IO.File", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "IO.Zlib.new", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "IO.Compress.Gzip.new", CALL_CREATE, .instead = SAFE_FILE },
	{ "IO.Compress.Gzip.gzip", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "DBI.connect", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "Archive.Tar.create_archive", CALL_CREATE, .instead = SAFE_FILE },
	{ "sysopen", CALL_CREATE, 1, MODE_FLAGS, 2, NULL, NULL, SAFE_FILE },
	{ "mkdir", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "File.Path.mkpath", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "File.Path.make_path", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "dbmopen", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "tie", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "chdir", CALL_CHDIR },
	{ "symlink", CALL_EXCLUSIVE, 1 },
	{ "link", CALL_EXCLUSIVE, 1 },
	{ "POSIX.open", CALL_CREATE, 0, MODE_FLAGS_OR_READ, 1, .instead = SAFE_FILE },
	{ "POSIX.creat", CALL_CREATE, .instead = SAFE_FILE },
	{ "POSIX.mkfifo", CALL_EXCLUSIVE },
	{ "mkfifo", CALL_EXCLUSIVE },
	{ "File.Copy.copy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "File.Copy.cp", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "File.Copy.move", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "File.Copy.mv", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "write_file", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ "File.Slurp.write_file", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ "File.Slurp.append_file", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ "Storable.store", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "Storable.nstore", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "Storable.lock_store", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "Storable.lock_nstore", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "File.Basename.dirname", CALL_DIRNAME },
	{ "dirname", CALL_DIRNAME },
	{ "Mojo.File.path", CALL_JOIN },
	{ ".open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "LWP.Simple.getstore", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "LWP.Simple.mirror", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "YAML.DumpFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "YAML.XS.DumpFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "YAML.Syck.DumpFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "File.Copy.Recursive.rcopy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "File.Copy.Recursive.fcopy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "File.Copy.syscopy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "Spreadsheet.WriteExcel.new", CALL_CREATE, .instead = SAFE_FILE },
	{ "Excel.Writer.XLSX.new", CALL_CREATE, .instead = SAFE_FILE },
	{ "File.Touch.touch", CALL_CREATE, .instead = SAFE_FILE },
	{ "File.Slurper.write_text", CALL_CREATE, .instead = SAFE_FILE },
	{ "File.Slurper.write_binary", CALL_CREATE, .instead = SAFE_FILE },
	{ ".writeToFileNamed", CALL_CREATE, .instead = SAFE_FILE },
	{ ".child", CALL_JOIN, ARGUMENT_RECEIVER },
	{ ".file", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".subdir", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".catfile", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".saveas", CALL_CREATE, .instead = SAFE_FILE },
	{ ".save_as", CALL_CREATE, .instead = SAFE_FILE },
	{ ".toFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".printToFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".print_to_file", CALL_CREATE, .instead = SAFE_FILE },
	{ ".save_file", CALL_CREATE, .instead = SAFE_FILE },
	{ ".write_file", CALL_CREATE, .instead = SAFE_FILE },
	{ ".WriteConfig", CALL_CREATE, .instead = SAFE_FILE },
	{ ".save_content", CALL_CREATE, .instead = SAFE_FILE },
	{ ".capture_screenshot", CALL_CREATE, .instead = SAFE_FILE },
	{ ".extract", CALL_CREATE, 99, .path_keyword = "to", .instead = SAFE_DIRECTORY },
	{ ".extractTree", CALL_CREATE, 1, .instead = SAFE_DIRECTORY },
	{ ".extract_file", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".extractMemberWithoutPaths", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".move_to", CALL_CREATE, .instead = SAFE_FILE },
	{ ".copy_to", CALL_CREATE, .instead = SAFE_FILE },
	{ "IPC.Run.run", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "IPC.Run.start", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "IPC.Run.harness", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "IPC.Run3.run3", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "IPC.System.Simple.system", CALL_SHELL, .instead = SAFE_FILE },
	{ "IPC.System.Simple.capture", CALL_SHELL, .instead = SAFE_FILE },
	{ "IPC.System.Simple.run", CALL_SHELL, .instead = SAFE_FILE },
	{ "Capture.Tiny.tee", CALL_NOTHING },
	{ "FileHandle.new", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "new.FileHandle", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".spew_raw", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".append_utf8", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".append_raw", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".touch", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".openw", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".openw_utf8", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".opena", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".spurt", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".spew", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".spew_utf8", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".append", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ "CORE.open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "dircopy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "File.Copy.Recursive.dircopy", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "File.Copy.Recursive.rmove", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "File.Slurp.overwrite_file", CALL_CREATE, .instead = SAFE_FILE },
	{ "File.Slurp.write_binary", CALL_CREATE, .instead = SAFE_FILE },
	{ "IO.Compress.Bzip2.new", CALL_CREATE, .instead = SAFE_FILE },
	{ "IO.Compress.Bzip2.bzip2", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "IO.Compress.Zip.zip", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "IO.Compress.Zip.new", CALL_CREATE, .instead = SAFE_FILE },
	{ "IO.Uncompress.Gunzip.gunzip", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "IO.Uncompress.Unzip.unzip", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "Log.Log4perl.easy_init", CALL_SPECIAL, .instead = "a directory of the service's own" },
	{ "XML.Simple.XMLout", CALL_CREATE, 99, .path_keyword = "OutputFile", .instead = SAFE_FILE },
	{ "JSON.write_json", CALL_CREATE, .instead = SAFE_FILE },
	{ "Text.CSV.csv", CALL_CREATE, 99, .path_keyword = "out", .instead = SAFE_FILE },
	{ ".csv", CALL_CREATE, 99, .path_keyword = "out", .instead = SAFE_FILE },
	{ ".mirror", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".get", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".rget", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".request", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".extractMember", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".write", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".Write", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".mkpath", CALL_DIRECTORY, ARGUMENT_RECEIVER, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ ".make_path", CALL_DIRECTORY, ARGUMENT_RECEIVER, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ ".mkdir", CALL_SPECIAL, ARGUMENT_RECEIVER, .instead = SAFE_DIRECTORY },
	{ ".sibling", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".stringify", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".absolute", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".opena_utf8", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".openrw", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".copy", CALL_CREATE, .instead = SAFE_FILE },
	{ "Path.Tiny.new", CALL_JOIN },
	{ "Path.Class.file", CALL_JOIN },
	{ "Path.Class.dir", CALL_JOIN },
	{ "Mojo.File.new", CALL_JOIN },
	{ "Cwd.abs_path", CALL_SAME },
	{ "abs_path", CALL_SAME },
	{ "quotemeta", CALL_SAME },
	{ "ucfirst", CALL_SAME },
	{ "uc", CALL_SAME },
	{ "File.Spec.rel2abs", CALL_SAME },
	{ "File.Spec.canonpath", CALL_SAME },
	{ "MIME.Base64.encode_base64", CALL_SAME },
	{ "do", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ "require", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ "system", CALL_SHELL, .instead = SAFE_FILE },
	{ "exec", CALL_SHELL, .instead = SAFE_FILE },
	{ "qx", CALL_SHELL, .instead = SAFE_FILE },
	{ "readpipe", CALL_SHELL, .instead = SAFE_FILE },
	{ 0 },
};

static const struct script_variable variables[] = {
	{ "$$", CALL_PID },
	{ "$PID", CALL_PID },
	{ "$PROCESS_ID", CALL_PID },
	{ "$^T", CALL_TIME },
	{ "$0", CALL_USER },
	{ "$PROGRAM_NAME", CALL_USER },
	{ "$<", CALL_USER },
	{ "$>", CALL_USER },
	{ "$UID", CALL_USER },
	{ "$ENV.TMPDIR", CALL_TEMPDIR },
	{ "$ENV.TMP", CALL_TEMPDIR },
	{ "$ENV.TEMP", CALL_TEMPDIR },
	{ "$ENV.USER", CALL_USER },
	{ "$ENV.LOGNAME", CALL_USER },
	{ 0 },
};

/* Imports */

/** What a module exports without being asked, or by a tag. */
static const struct {
	const char *module, *tag, *names;
} exports[] = {
	{ "File.Temp", "", "tempfile tempdir" },
	{ "File.Temp", ":POSIX", "tmpnam tmpfile" },
	{ "File.Temp", ":mktemp", "mkstemp mkstemps mkdtemp mktemp" },
	{ "POSIX", "", "tmpnam mkfifo strftime getpid" },
	{ "POSIX", ":stdio_h", "tmpnam" },
	{ "File.Spec.Functions", "", "catfile catdir tmpdir" },
	{ "File.Spec.Functions", ":ALL", "catfile catdir tmpdir" },
	{ "File.Copy", "", "copy move cp mv" },
	{ "File.Path", "", "mkpath make_path" },
	{ "Path.Tiny", "", "path" },
	{ "File.Slurp", "", "write_file append_file" },
	{ "Storable", "", "store nstore" },
	{ "LWP.Simple", "", "getstore mirror" },
	{ "File.Touch", "", "touch" },
	{ "File.Basename", "", "basename dirname" },
	{ "Sys.Hostname", "", "hostname" },
	{ "XML.Simple", "", "XMLout" },
	{ "IO.Compress.Gzip", "", "gzip" },
	{ "IO.Compress.Gzip", ":all", "gzip" },
	{ "IO.Compress.Bzip2", "", "bzip2" },
	{ "IO.Compress.Zip", "", "zip" },
	{ "IO.Uncompress.Gunzip", "", "gunzip" },
	{ "IO.Uncompress.Unzip", "", "unzip" },
	{ "Path.Class", "", "file dir" },
	{ "File.Copy.Recursive", "", "fcopy rcopy dircopy" },
	{ "YAML", "", "DumpFile" },
	{ "IPC.Run3", "", "run3" },
};

static void import_names(struct flow *flow, const char *module, const char *tag) {
	struct arena *arena = flow_arena(flow);

	for (size_t i = 0; i < sizeof exports / sizeof *exports; ++i) {
		if (strcmp(exports[i].module, module) != 0 || strcmp(exports[i].tag, tag) != 0)
			continue;
		for (const char *name = exports[i].names; *name;) {
			const size_t length = strcspn(name, " ");
			const char *one = arena_bytes(arena, name, length);

			flow_alias(flow, one, arena_text(arena, "%s.%s", module, one));
			name += length + (name[length] == ' ');
		}
	}
}

/** "use File::Temp qw(tempfile :mktemp)". */
static void import(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	struct builder module = { .arena = arena };
	bool listed = false;

	for (++i; lex_at(lex, i)->kind == LEX_NAME; i += 2) {
		builder_bytes(&module, lex_at(lex, i)->text, lex_at(lex, i)->length);
		if (!lex_is(lex_at(lex, i + 1), "::")) {
			++i;
			break;
		}
		builder_text(&module, ".");
	}
	for (; lex_at(lex, i)->kind != LEX_NEWLINE && lex_at(lex, i)->kind != LEX_END; ++i) {
		const struct lex_token *token = lex_at(lex, i);

		listed |= lex_is(token, "(") || token->kind == LEX_STRING;
		if (token->kind != LEX_STRING || !token->length)
			continue;
		const char *name = arena_bytes(arena, token->text, token->length);
		if (*name == ':')
			import_names(flow, builder_string(&module), name);
		else
			flow_alias(flow, name, arena_text(arena, "%s.%s", builder_string(&module), name));
	}
	if (!listed)
		import_names(flow, builder_string(&module), "");
}

/** The pairs of { NAME => VALUE, … }, which opens at open: each is bound with the prefix before its name. */
static void bind_pairs(struct flow *flow, size_t open, const char *prefix) {
	enum { MOST = 256 };
	const struct lex *lex = flow_lex(flow);
	size_t i = open + 1;

	while (lex_at(lex, i)->kind == LEX_NEWLINE)
		++i;

	for (unsigned count = 0; count < MOST && lex_is(lex_at(lex, i + 1), "=>"); ++count) {
		const struct lex_token *key = lex_at(lex, i);
		const size_t end = flow_expression_end(flow, i + 2);

		flow_bind(flow, arena_text(flow_arena(flow), "%s%.*s", prefix, (int)key->length, key->text), open,
		          (struct flow_range) { i + 2, end });
		if (!lex_is(lex_at(lex, end), ","))
			break;
		i = end + 1;
		while (lex_at(lex, i)->kind == LEX_NEWLINE)
			++i;
	}
}

/** foreach my $x (LIST), for (LIST), STATEMENT for LIST. */
static void bind_loop(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *name = lex_at(lex, i + 1);
	const struct value unknown = value_unknown();
	size_t list = i + 1, start = i;

	if (lex_is(name, "my") || lex_is(name, "our")) {
		name = lex_at(lex, i + 2);
		++list;
	}
	while (start > 0 && lex_at(lex, start - 1)->kind != LEX_NEWLINE && lex_at(lex, start - 1)->kind != LEX_OPEN &&
	       lex_at(lex, start - 1)->kind != LEX_CLOSE)
		--start;
	if (start < i || lex_is(lex_at(lex, list), "(")) {
		/* The list of a loop of C's has semicolons. */
		flow_bind_element(flow, "$_", start < i ? start : i,
		                  (struct flow_range) { i + 1, flow_expression_end(flow, i + 1) });
		return;
	}
	if (name->kind != LEX_NAME || name->text[0] != '$')
		return;
	++list;
	if (lex_is(lex_at(lex, list), "("))
		flow_bind_element(flow, arena_bytes(flow_arena(flow), name->text, name->length), i,
		                  (struct flow_range) { list, flow_expression_end(flow, list) });
	else
		flow_bind_value(flow, arena_bytes(flow_arena(flow), name->text, name->length), i, &unknown);
}

/** map { … } LIST, grep { … } LIST: what the block gets. */
static void bind_block(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const size_t close = flow_partner(flow, i + 1);
	const bool parentheses = lex_is(lex_at(lex, i + 1), "(");

	if (close > i + 1 && !parentheses && close + 1 < lex->count)
		flow_bind_element(flow, "$_", i + 2,
		                  (struct flow_range) { close + 1, flow_expression_end(flow, close + 1) });
}

/** Whether a handle is of a device that gives what nobody can guess: open(NAME, '<', '/dev/urandom'). */
static bool is_random(const struct flow *flow, const struct lex_token *handle) {
	static const char *const devices[] = { "/dev/urandom", "/dev/random", NULL };
	enum { WITHIN = 8 };
	const struct lex *lex = flow_lex(flow);

	for (size_t i = 0; lex_at(lex, i)->kind != LEX_END; ++i) {
		const struct lex_token *token = lex_at(lex, i);

		for (const char *const *device = devices; *device && token->kind == LEX_STRING; ++device) {
			const size_t length = strlen(*device);

			/* "<NAME", too. */
			if (token->length < length ||
			    memcmp(token->text + token->length - length, *device, length) != 0)
				continue;
			for (size_t k = i; k > 0 && k + WITHIN > i && lex_at(lex, k)->kind != LEX_NEWLINE; --k)
				if (lex_at(lex, k)->length == handle->length &&
				    memcmp(lex_at(lex, k)->text, handle->text, handle->length) == 0)
					return true;
		}
	}
	return false;
}

/** read(HANDLE, my $x, …) of such a device. */
static void bind_read(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const struct value strong = value_hole(flow_arena(flow), HOLE_STRONG);
	const size_t handle = i + 1 + lex_is(lex_at(lex, i + 1), "("),
	             into = handle + 2 + lex_is(lex_at(lex, handle + 2), "my");
	const struct lex_token *name = lex_at(lex, into);

	if (lex_at(lex, handle)->kind == LEX_NAME && lex_is(lex_at(lex, handle + 1), ",") && name->kind == LEX_NAME &&
	    name->text[0] == '$' && is_random(flow, lex_at(lex, handle)))
		flow_bind_value(flow, arena_bytes(flow_arena(flow), name->text, name->length), into, &strong);
}

/** has NAME => (…, default => VALUE): an attribute of the objects; the value may be what a function gives. */
static void bind_attribute(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *name = lex_at(lex, i + 1);
	size_t at = i + 2;

	if ((name->kind != LEX_NAME && name->kind != LEX_STRING) || !lex_is(lex_at(lex, at), "=>"))
		return;
	const char *own = arena_text(flow_arena(flow), "$self.%.*s", (int)name->length, name->text);
	for (; lex_at(lex, at)->kind != LEX_NEWLINE && lex_at(lex, at)->kind != LEX_END; ++at) {
		if (!lex_is(lex_at(lex, at), "default") || !lex_is(lex_at(lex, at + 1), "=>"))
			continue;
		at += 2;
		if (lex_is(lex_at(lex, at), "sub") && lex_at(lex, at + 1)->kind == LEX_OPEN)
			flow_bind(flow, own, i, (struct flow_range) { at + 2, flow_partner(flow, at + 1) });
		else
			flow_bind(flow, own, i, (struct flow_range) { at, flow_expression_end(flow, at) });
		return;
	}
}

static void prepare(struct flow *flow) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);

	const struct value slash = value_literal(arena, "/", 1);

	lex_search(lex, lex->size);
	const bool random = memmem(lex->data, lex->size, "random", strlen("random"));

	flow_bind_value(flow, "File.Spec.rootdir", 0, &slash);
	for (size_t i = 0; lex_at(lex, i)->kind != LEX_END; ++i) {
		const struct lex_token *token = lex_at(lex, i), *next = lex_at(lex, i + 1);

		if (lex_is(token, "use") && token->kind == LEX_NAME && next->kind == LEX_NAME) {
			/* "use constant NAME => value": a name of the script's own. */
			if (lex_is(next, "constant") && lex_is(lex_at(lex, i + 3), "=>")) {
				const size_t end = flow_expression_end(flow, i + 4);

				flow_bind(flow,
				          arena_bytes(arena, lex_at(lex, i + 2)->text, lex_at(lex, i + 2)->length), i,
				          (struct flow_range) { i + 4, end });
			}
			if (lex_is(next, "constant") && lex_at(lex, i + 2)->kind == LEX_OPEN)
				bind_pairs(flow, i + 2, "");
			if (lex_is(next, "autodie"))
				flow_alias(flow, AUTODIE, AUTODIE AUTODIE);
			import(flow, i);
		}
		/* What a constructor blesses is the object's own. */
		if (lex_is(token, "bless") && token->kind == LEX_NAME) {
			const size_t open = i + 1 + lex_is(next, "(");

			if (lex_at(lex, open)->kind == LEX_OPEN)
				bind_pairs(flow, open, "$self.");
		}
		if ((lex_is(token, "foreach") || lex_is(token, "for")) && token->kind == LEX_NAME)
			bind_loop(flow, i);
		if ((lex_is(token, "map") || lex_is(token, "grep")) && token->kind == LEX_NAME)
			bind_block(flow, i);
		if (random && (lex_is(token, "read") || lex_is(token, "sysread")) && token->kind == LEX_NAME)
			bind_read(flow, i);
		if (lex_is(token, "has") && token->kind == LEX_NAME)
			bind_attribute(flow, i);
	}
}

/* Calls that need a closer look */

/** What stands before the name in open(F, ">name"): creates or not, and how long it is. */
static bool is_writing(const char *mode, size_t *length) {
	const char *at = mode + strspn(mode, " ");
	bool writes = false;

	if (*at == '+') {
		++at;
		writes = *at == '>';
		at += *at == '<' || *at == '>';
	}
	for (; *at == '>'; ++at)
		writes = true;
	at += strspn(at, " ");
	*length = (size_t)(at - mode);
	return writes;
}

/** The names of files that strings with a mode before them open to write. */
static struct value written(struct flow *flow, const struct value *value) {
	struct value names = { 0 };

	(void)flow;
	for (unsigned i = 0; i < value->count; ++i) {
		size_t length;

		if (is_writing(value->choices[i].text, &length)) {
			const struct value one = {
				.choices = { { value->choices[i].text + length, value->choices[i].origin } }, .count = 1
			};

			names = names.count ? value_either(&names, &one) : one;
		}
	}
	return names;
}

static void do_open(struct flow *flow, const struct flow_call *call) {
	const bool three = flow_has_argument(call, 2, NULL);
	const struct value mode = flow_argument(flow, call, 1, NULL);
	size_t length;

	if (!three) {
		const struct value names = written(flow, &mode);

		if (names.count)
			flow_create(flow, call, &names, false);
		if (strchr(mode.choices[0].text, '|'))
			flow_command(flow, call, &mode);
		return;
	}
	const struct value path = flow_argument(flow, call, 2, NULL);
	if (is_writing(mode.choices[0].text, &length)) {
		flow_create(flow, call, &path, false);
	} else if (strchr(mode.choices[0].text, '|')) {
		/* A command, or its words. */
		struct flow_call run = *call;

		run.narguments -= 2;
		memmove(run.arguments, call->arguments + 2, run.narguments * sizeof *run.arguments);
		flow_shell(flow, &run);
	}
}

/** IO::File->new(NAME, MODE, PERMISSIONS): the mode is as in open(), fopen(3) or open(2). */
static void do_object(struct flow *flow, const struct flow_call *call) {
	const char *of = call->receiver_name;
	const struct flow_argument *mode = flow_find_argument(call, 1, NULL);
	const struct value path = flow_argument(flow, call, 0, NULL);
	size_t length;

	/* What else opens is no file. */
	if (call->row->name[0] == '.' &&
	    !(of && (flow_is_made_by(flow, of, "IO") || flow_is_made_by(flow, of, "FileHandle"))) &&
	    !lex_is(lex_at(flow_lex(flow), call->first), "IO"))
		return;
	if (!mode) {
		const struct value names = written(flow, &path);

		if (names.count)
			flow_create(flow, call, &names, false);
		return;
	}
	const struct value value = flow_value(flow, mode->range);
	const char *text = value.choices[0].text;
	if (flow_mentions(flow, mode->range, "O_"))
		flow_create(flow, call, &path,
		            flow_mentions(flow, mode->range, "O_EXCL") || !flow_mentions(flow, mode->range, "O_CREAT"));
	else if ((strlen(text) < sizeof "rwb+" && strpbrk(text, "wa")) || is_writing(text, &length))
		flow_create(flow, call, &path, false);
}

/** Whether the result of a call is looked at: "or", "||", "&&", a condition. */
static bool is_checked(const struct flow *flow, const struct flow_call *call) {
	static const char *const words[] = { "or", "||", "and", "&&", "==", "?", NULL };
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *after = lex_at(lex, call->end),
	                       *before = lex_at(lex, call->first ? call->first - 1 : SIZE_MAX);

	for (const char *const *word = words; *word; ++word)
		if (lex_is(after, *word))
			return true;
	if (lex_is(before, "=") || lex_is(before, "!") || lex_is(before, "unless") || lex_is(before, "if"))
		return true;
	/* if (mkdir $d) { */
	return lex_is(after, ")") && lex_is(before, "(");
}

static void do_mkdir(struct flow *flow, const struct flow_call *call) {
	const struct value path = flow_argument(flow, call, 0, NULL);
	const bool parents = strcmp(call->row->name, "mkdir") != 0;

	const bool ends = strcmp(flow_resolved(flow, AUTODIE), AUTODIE) != 0;

	flow_directory(flow, call, &path, parents || !(ends || is_checked(flow, call)) || flow_is_guarded(flow, call));
}

/** tempfile(OPEN => 0) makes a name only: harmless in a directory of one's own. */
static void do_tempfile(struct flow *flow, const struct flow_call *call) {
	const struct value open = flow_argument(flow, call, 99, "OPEN"), dir = flow_argument(flow, call, 99, "DIR");
	const struct value fresh = value_hole(flow_arena(flow), HOLE_FRESH);

	flow_result(flow, &fresh);
	if (open.count == 1 && strcmp(open.choices[0].text, "0") == 0) {
		const struct value name = flow_name_value(flow, call);

		for (unsigned i = 0; i < dir.count; ++i)
			if (value_class(dir.choices[i].text) == VALUE_FRESH)
				return;
		flow_result(flow, &name);
		flow_name(flow, call, SCRIPT_MEDIUM, SCRIPT_HIGH);
	}
}

/** In a list tmpnam() of File::Temp gives what it has opened, and the name behind it. */
static void do_tmpnam(struct flow *flow, const struct flow_call *call) {
	const struct lex *lex = flow_lex(flow);
	const struct value fresh = value_hole(flow_arena(flow), HOLE_FRESH), name = flow_name_value(flow, call);
	const bool list = call->first > 1 && lex_is(lex_at(lex, call->first - 1), "=") &&
	                  lex_is(lex_at(lex, call->first - 2), ")");

	flow_result(flow, list ? &fresh : &name);
	if (!list)
		flow_name(flow, call, SCRIPT_MEDIUM, SCRIPT_HIGH);
}

/** tie(%h, 'DB_File', NAME, FLAGS, …). */
static void do_tie(struct flow *flow, const struct flow_call *call) {
	const struct flow_argument *flags = flow_find_argument(call, 3, NULL);
	const struct value path = flow_argument(flow, call, 2, NULL);

	const struct value class = flow_argument(flow, call, 1, NULL);

	if (flags ? flow_mentions(flow, flags->range, "O_CREAT") : strcmp(class.choices[0].text, "Tie::File") == 0)
		flow_create(flow, call, &path, flags && flow_mentions(flow, flags->range, "O_EXCL"));
}

/** "dbi:SQLite:dbname=/tmp/x", or without "dbname=". */
static void do_connect(struct flow *flow, const struct flow_call *call) {
	static const char *const names[] = { "dbname=", "database=", "uri=file:", NULL };
	struct value path = flow_argument(flow, call, 0, NULL);
	const char *text = path.choices[0].text;

	if (path.count != 1 || strncasecmp(text, "dbi:SQLite:", strlen("dbi:SQLite:")) != 0)
		return;
	text += strlen("dbi:SQLite:");
	for (const char *const *name = names; *name; ++name)
		if (text_starts(text, *name))
			text += strlen(*name);
	path.choices[0].text = text;
	flow_create(flow, call, &path, false);
}

/** easy_init({ file => '>>NAME', … }). */
static void do_log(struct flow *flow, const struct flow_call *call) {
	for (size_t i = 0; i < call->narguments; ++i) {
		const struct value file = flow_member(flow, call->arguments[i].range, "file");
		const struct value names = written(flow, &file);

		flow_create(flow, call, names.count ? &names : &file, false);
	}
}

/** An archive, or an image to file => NAME; what else writes has its file. */
static void do_write(struct flow *flow, const struct flow_call *call) {
	const char *of = call->receiver_name;
	const bool archive = of && (flow_is_made_by(flow, of, "Archive") || strstr(of, "tar") || strstr(of, "zip"));

	if (strcmp(call->row->name, ".Write") == 0) {
		/* Image::Magick's, whose arguments may have names. */
		const struct value image = flow_argument(flow, call, 0, "filename");

		if (flow_has_argument(call, 99, "filename") || (of && flow_is_made_by(flow, of, "Image")))
			flow_create(flow, call, &image, false);
		return;
	}
	if (!archive && !flow_has_argument(call, 99, "file"))
		return;
	const struct value path = flow_argument(flow, call, archive ? 0 : 99, "file");
	flow_create(flow, call, &path, false);
}

/** What is fetched: by LWP into the argument of that name, by Net::FTP and its like to the second one. */
static void do_get(struct flow *flow, const struct flow_call *call) {
	const char *of = call->receiver_name;
	const bool net =
	        of && (flow_is_made_by(flow, of, "Net") || strcmp(of, "$ftp") == 0 || strcmp(of, "$sftp") == 0);
	const struct value own = flow_returned(flow, call->row->name + 1, strlen(call->row->name + 1));

	flow_result(flow, &own);
	if (net || flow_has_argument(call, 99, ":content_file")) {
		const struct value path = flow_argument(flow, call, net ? 1 : 99, ":content_file");

		flow_create(flow, call, &path, false);
	}
}

/** A name within a directory: dir(…)->file(NAME).  Without one it is an attribute, or a function of the script's own.
 */
static void do_within(struct flow *flow, const struct flow_call *call) {
	const char *part = call->row->name;
	struct value value = flow_returned(flow, part + 1, strlen(part + 1));

	if (call->narguments && value_is_unknown(&value)) {
		value = call->receiver;
		for (size_t i = 0; i < call->narguments; ++i) {
			const struct value one = flow_value(flow, call->arguments[i].range);

			value = value_join(flow_arena(flow), &value, &one);
		}
	} else if (!call->narguments && call->receiver_name) {
		const char *own = arena_text(flow_arena(flow), "%s%s", call->receiver_name, part);
		const struct value held = flow_value_of(flow, own, call->first);

		value = value_is_unknown(&held) ? value : held;
	}
	flow_result(flow, &value);
}

/** IPC::Run's run [COMMAND], '<', FILE, '2>>', FILE; run3(COMMAND, IN, OUT, ERR). */
static void do_pipeline(struct flow *flow, const struct flow_call *call) {
	const bool places = text_ends(call->row->name, "run3");
	bool names = false;

	if (places && call->narguments && lex_at(flow_lex(flow), call->arguments[0].range.first)->kind == LEX_STRING)
		flow_shell(flow, call);
	for (size_t i = 0; i < call->narguments; ++i) {
		const struct flow_range range = call->arguments[i].range;
		const struct lex_token *first = lex_at(flow_lex(flow), range.first);
		const bool reference = lex_is(first, "\\") && first->kind == LEX_OPERATOR;

		if (!reference && (places ? i >= 2 : names)) {
			const struct value path = flow_value(flow, range);

			flow_create(flow, call, &path, false);
			names = false;
			continue;
		}
		/* '>', '2>>', '&>'; what goes on behind it is the name itself. */
		const size_t digits =
		        first->kind == LEX_STRING
		                ? strspn(arena_bytes(flow_arena(flow), first->text, first->length), "0123456789&")
		                : 0;
		const struct value mode = first->kind == LEX_STRING ? flow_value(flow, range) : value_unknown();
		const char *text = mode.choices[0].text;
		const size_t marks = strlen(text) >= digits ? strspn(text + digits, ">") : 0;
		names = marks && !text[digits + marks];
		if (marks && text[digits + marks] == '/' && !places) {
			const struct value path =
			        value_literal(flow_arena(flow), text + digits + marks, strlen(text + digits + marks));

			flow_create(flow, call, &path, false);
		}
	}
}

static void special(struct flow *flow, const struct flow_call *call) {
	const char *name = call->row->name;

	if (strcmp(name, "open") == 0 || strcmp(name, "CORE.open") == 0)
		do_open(flow, call);
	else if (strcmp(name, "Log.Log4perl.easy_init") == 0)
		do_log(flow, call);
	else if (strcmp(name, ".get") == 0 || strcmp(name, ".rget") == 0)
		do_get(flow, call);
	else if (strcmp(name, ".file") == 0 || strcmp(name, ".subdir") == 0 || strcmp(name, ".catfile") == 0)
		do_within(flow, call);
	else if (text_starts(name, "IPC.Run"))
		do_pipeline(flow, call);
	else if (strcmp(name, ".write") == 0 || strcmp(name, ".Write") == 0)
		do_write(flow, call);
	else if (strcmp(name, "DBI.connect") == 0)
		do_connect(flow, call);
	else if (strcmp(name, "File.Temp.tmpnam") == 0)
		do_tmpnam(flow, call);
	else if (strcmp(name, "tie") == 0)
		do_tie(flow, call);
	else if (strcmp(name, "File.Temp.tempfile") == 0)
		do_tempfile(flow, call);
	else if (text_ends(name, "FileHandle") || text_starts(name, "FileHandle") || text_ends(name, "IO.File") ||
	         strcmp(name, ".open") == 0 || text_starts(name, "IO.File"))
		do_object(flow, call);
	else
		do_mkdir(flow, call);
}

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

const struct script_language language_perl = {
	.name = "perl",
	.title = "Perl",
	.check = SCRIPT_PERL,
	.suffixes = LIST(".pl", ".pm", ".perl", ".cgi", ".plx"),
	.interpreters = LIST("perl"),
	.lex = lex_perl,
	.calls = calls,
	.variables = variables,
	.concatenate = LIST("."),
	.either = LIST("||", "//", "or"),
	.assign = LIST("="),
	.append = LIST(".="),
	.assign_if_empty = LIST("||=", "//="),
	.functions = LIST("sub"),
	.new_words = LIST("new"),
	.selves = LIST("$self.", "$this.", "$class."),
	.bare_calls = true,
	.fields = true,
	.arguments = "@_",
	.builtins = LIST("open", "sysopen", "mkdir", "system", "exec", "symlink", "link", "tie", "dbmopen", "qx"),
	.prepare = prepare,
	.special = special,
};
