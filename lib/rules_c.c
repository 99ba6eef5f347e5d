/** C and C++: what their calls do. */

#include "flow.h"
#include "lex_curly.h"
#include "script.h"
#include "text.h"

#include <string.h>

#define SAFE_FILE "mkstemp(3)"
#define SAFE_NAME "mkstemp(3), or mkdtemp(3) and a name inside it"
#define SAFE_DIRECTORY "mkdtemp(3)"

static const struct script_call calls[] = {
	{ "mktemp", CALL_NAME_INTO, .instead = SAFE_NAME },
	{ "tmpnam", CALL_NAME_INTO, .instead = SAFE_NAME },
	{ "tmpnam_r", CALL_NAME_INTO, .instead = SAFE_NAME },
	{ "_mktemp", CALL_NAME_INTO, .instead = SAFE_NAME },
	{ "tempnam", CALL_NAME, .instead = SAFE_NAME },
	{ "mkstemp", CALL_FRESH_INTO },
	{ "mkostemp", CALL_FRESH_INTO },
	{ "mkstemps", CALL_FRESH_INTO },
	{ "mkostemps", CALL_FRESH_INTO },
	{ "mkstemp64", CALL_FRESH_INTO },
	{ "mkdtemp", CALL_FRESH_INTO },
	{ "g_mkstemp", CALL_FRESH_INTO },
	{ "g_mkdtemp", CALL_FRESH_INTO },
	{ "g_dir_make_tmp", CALL_FRESH },
	{ "tmpfile", CALL_FRESH },

	{ "getpid", CALL_PID },
	{ "getppid", CALL_PID },
	{ "gettid", CALL_PID },
	{ "pthread_self", CALL_PID },
	{ "QCoreApplication.applicationPid", CALL_PID },
	{ "time", CALL_TIME },
	{ "clock", CALL_TIME },
	{ "getuid", CALL_USER },
	{ "geteuid", CALL_USER },
	{ "getlogin", CALL_USER },
	{ "cuserid", CALL_USER },
	{ "g_get_user_name", CALL_USER },
	{ "rand", CALL_RANDOM },
	{ "random", CALL_RANDOM },
	{ "lrand48", CALL_RANDOM },
	{ "rand_r", CALL_RANDOM },
	{ "arc4random", CALL_STRONG },
	{ "uuid_generate", CALL_STRONG_INTO },
	{ "uuid_generate_random", CALL_STRONG_INTO },

	{ "g_get_tmp_dir", CALL_TEMPDIR },
	{ "temp_directory_path", CALL_TEMPDIR },
	{ "QDir.tempPath", CALL_TEMPDIR },
	{ "getenv", CALL_ENVIRONMENT },
	{ "secure_getenv", CALL_ENVIRONMENT },
	{ "g_getenv", CALL_ENVIRONMENT },
	{ "qgetenv", CALL_ENVIRONMENT },

	{ "sprintf", CALL_FORMAT_INTO, 1 },
	{ "snprintf", CALL_FORMAT_INTO, 2 },
	{ "asprintf", CALL_FORMAT_INTO, 1 },
	{ "xasprintf", CALL_FORMAT, 0 },
	{ "g_snprintf", CALL_FORMAT_INTO, 2 },
	{ "g_strdup_printf", CALL_FORMAT, 0 },
	{ "strcpy", CALL_COPY_INTO, 1 },
	{ "strncpy", CALL_COPY_INTO, 1 },
	{ "strlcpy", CALL_COPY_INTO, 1 },
	{ "stpcpy", CALL_COPY_INTO, 1 },
	{ "g_strlcpy", CALL_COPY_INTO, 1 },
	{ "memcpy", CALL_COPY_INTO, 1 },
	{ "mempcpy", CALL_COPY_INTO, 1 },
	{ "memmove", CALL_COPY_INTO, 1 },
	{ "strscpy", CALL_COPY_INTO, 1 },
	{ "stpncpy", CALL_COPY_INTO, 1 },
	{ "lstrcpy", CALL_COPY_INTO, 1 },
	{ "bcopy", CALL_COPY_FROM, 1 },
	{ "strcat", CALL_APPEND_INTO, 1 },
	{ "strncat", CALL_APPEND_INTO, 1 },
	{ "strlcat", CALL_APPEND_INTO, 1 },
	{ "g_strlcat", CALL_APPEND_INTO, 1 },
	{ "g_build_filename", CALL_JOIN },
	{ "g_build_path", CALL_JOIN },
	{ "g_strconcat", CALL_CONCATENATE },
	{ "strndup", CALL_SAME },
	{ "xstrndup", CALL_SAME },
	{ "strdupa", CALL_SAME },
	{ "canonicalize_file_name", CALL_SAME },
	{ "move", CALL_SAME },
	{ "forward", CALL_SAME },
	{ "absolute", CALL_SAME },
	{ "string_view", CALL_SAME },
	{ "wstring", CALL_SAME },
	{ "ref", CALL_SAME },
	{ "g_string_new", CALL_SAME },
	{ "g_string_free", CALL_SAME },
	{ "g_steal_pointer", CALL_SAME },
	{ "g_string_append", CALL_APPEND_INTO, 1 },
	{ "g_string_printf", CALL_FORMAT_INTO, 1 },
	{ "g_string_append_printf", CALL_FORMAT_APPEND, 1 },
	{ "vsnprintf", CALL_FORMAT_INTO, 2 },
	{ "strftime", CALL_FORMAT_INTO, 2 },
	{ "g_strdup_vprintf", CALL_FORMAT, 0 },
	{ "g_strjoin", CALL_JOIN_LIST },
	{ "format", CALL_BRACES, 0 },
	{ "fmt.format", CALL_BRACES, 0 },
	{ "fmt.sprintf", CALL_FORMAT, 0 },
	{ "absl.StrCat", CALL_CONCATENATE },
	{ "absl.StrFormat", CALL_FORMAT, 0 },
	{ "QString.asprintf", CALL_FORMAT, 0 },
	{ "QString.fromUtf8", CALL_SAME },
	{ "QString.fromStdString", CALL_SAME },
	{ "QString.fromLatin1", CALL_SAME },
	{ "QByteArray", CALL_SAME },
	{ "QFileInfo", CALL_SAME },
	{ "QSaveFile", CALL_FRESH },
	{ "QTemporaryFile", CALL_FRESH },
	{ "QTemporaryDir", CALL_FRESH },
	{ "QUuid.createUuid", CALL_STRONG },
	{ "QUrl.fromLocalFile", CALL_SAME },
	{ "QDir.temp", CALL_TEMPDIR },
	{ "QDir", CALL_SAME },
	{ "QDir.cleanPath", CALL_SAME },
	{ "QStandardPaths.writableLocation", CALL_SPECIAL },
	{ "tr", CALL_SAME },
	{ "tmpfile64", CALL_FRESH },
	{ "unique_path", CALL_STRONG },
	{ "boost.uuids.random_generator", CALL_STRONG },
	{ "getentropy", CALL_STRONG_INTO },
	{ "getrandom", CALL_STRONG_INTO },
	{ "RAND_bytes", CALL_STRONG_INTO },
	{ "randombytes_buf", CALL_STRONG_INTO },
	{ "arc4random_buf", CALL_STRONG_INTO },
	{ "uuid_unparse", CALL_STRONG_INTO, 1 },
	{ "uuid_unparse_lower", CALL_STRONG_INTO, 1 },
	{ "opendir", CALL_SAME },
	{ "dirfd", CALL_SAME },
	{ ".filePath", CALL_JOIN, ARGUMENT_RECEIVER },
	{ ".absoluteFilePath", CALL_JOIN, ARGUMENT_RECEIVER },
	{ ".arg", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".toStdString", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".toLocal8Bit", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".toString", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".fileName", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".absolutePath", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".constData", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".generic_string", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".native", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".value_or", CALL_EITHER, ARGUMENT_RECEIVER },
	{ ".at", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".find", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".begin", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".value", CALL_SPECIAL, ARGUMENT_RECEIVER },
	{ ".replace_extension", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".lexically_normal", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".make_preferred", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".concat", CALL_CONCATENATE, ARGUMENT_RECEIVER },
	{ ".ToStdString", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".GetFullPath", CALL_SAME, ARGUMENT_RECEIVER },
	{ "wxString", CALL_SAME },
	{ "wxT", CALL_SAME },
	{ "_T", CALL_SAME },
	{ "wxFileName", CALL_JOIN },
	{ "wxFileName.GetTempDir", CALL_TEMPDIR },
	{ "wxStandardPaths.Get.GetTempDir", CALL_TEMPDIR },
	{ "wxString.Format", CALL_FORMAT, 0 },
	{ "wxGetProcessId", CALL_PID },
	{ "wxFileName.CreateTempFileName", CALL_FRESH },
	{ "weakly_canonical", CALL_SAME },
	{ "canonical", CALL_SAME },
	{ ".front", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".back", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".get", CALL_SAME, ARGUMENT_RECEIVER },
	{ "strdup", CALL_SAME },
	{ "xstrdup", CALL_SAME },
	{ "g_strdup", CALL_SAME },
	{ "realpath", CALL_SAME },
	{ "string", CALL_SAME },
	{ "path", CALL_SAME },
	{ "to_string", CALL_SAME },
	{ "QString", CALL_SAME },
	{ "QStringLiteral", CALL_SAME },
	{ "QLatin1String", CALL_SAME },
	{ "QString.number", CALL_SAME },
	{ "QFile", CALL_SAME },
	{ ".append", CALL_CONCATENATE, ARGUMENT_RECEIVER },
	{ ".c_str", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".data", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".str", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".string", CALL_SAME, ARGUMENT_RECEIVER },
	{ ".toUtf8", CALL_SAME, ARGUMENT_RECEIVER },

	{ "fopen", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "fopen64", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "g_fopen", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "gzopen", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "freopen", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "open", CALL_CREATE, 0, MODE_FLAGS_OR_READ, 1, .instead = SAFE_FILE },
	{ "open64", CALL_CREATE, 0, MODE_FLAGS_OR_READ, 1, .instead = SAFE_FILE },
	{ "g_open", CALL_CREATE, 0, MODE_FLAGS_OR_READ, 1, .instead = SAFE_FILE },
	{ "openat", CALL_SPECIAL, 1, MODE_FLAGS_OR_READ, 2, .instead = SAFE_FILE },
	{ "chdir", CALL_CHDIR },
	{ "sqlite3_open", CALL_CREATE, .instead = SAFE_FILE },
	{ "sqlite3_open_v2", CALL_CREATE, 0, MODE_FLAGS, 2, .instead = SAFE_FILE },
	{ "dirname", CALL_DIRNAME },
	{ "g_path_get_dirname", CALL_DIRNAME },
	{ ".parent_path", CALL_DIRNAME, ARGUMENT_RECEIVER },
	{ "H5Fcreate", CALL_CREATE, 0, MODE_WORDS, .instead = SAFE_FILE },
	{ "dbm_open", CALL_CREATE, 0, MODE_FLAGS, 1, .instead = SAFE_FILE },
	{ "tdb_open", CALL_CREATE, 0, MODE_FLAGS, 3, .instead = SAFE_FILE },
	{ ".mkpath", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "gzopen64", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "TIFFOpen", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "BIO_new_file", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "BZ2_bzopen", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "SDL_RWFromFile", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "pcap_dump_open", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "pcap_dump_open_append", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "xmlSaveFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "xmlSaveFormatFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "xmlSaveFormatFileEnc", CALL_CREATE, .instead = SAFE_FILE },
	{ "xmlSaveFileEnc", CALL_CREATE, .instead = SAFE_FILE },
	{ "htmlSaveFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "xmlNewTextWriterFilename", CALL_CREATE, .instead = SAFE_FILE },
	{ "archive_write_open_filename", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "imwrite", CALL_CREATE, .instead = SAFE_FILE },
	{ "json_object_to_file", CALL_CREATE, .instead = SAFE_FILE },
	{ "json_object_to_file_ext", CALL_CREATE, .instead = SAFE_FILE },
	{ "json_dump_file", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "cairo_surface_write_to_png", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "cairo_pdf_surface_create", CALL_CREATE, .instead = SAFE_FILE },
	{ "cairo_svg_surface_create", CALL_CREATE, .instead = SAFE_FILE },
	{ "gdk_pixbuf_save", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "SDL_SaveBMP", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "avio_open", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "FileOutputStream", CALL_CREATE, .instead = SAFE_FILE },
	{ "creat", CALL_CREATE, .instead = SAFE_FILE },
	{ "cv.imwrite", CALL_CREATE, .instead = SAFE_FILE },
	{ "cv.VideoWriter", CALL_CREATE, .instead = SAFE_FILE },
	{ "copy", CALL_SPECIAL, 1, .instead = SAFE_FILE },
	{ "QFile.copy", CALL_NOTHING },
	{ "spdlog.basic_logger_mt", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "spdlog.basic_logger_st", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "spdlog.rotating_logger_mt", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "spdlog.rotating_logger_st", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "spdlog.daily_logger_mt", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "basic_file_sink_mt", CALL_CREATE, .instead = SAFE_FILE },
	{ "spdlog.sinks.basic_file_sink_mt", CALL_CREATE, .instead = SAFE_FILE },
	{ "spdlog.sinks.rotating_file_sink_mt", CALL_CREATE, .instead = SAFE_FILE },
	{ "google.SetLogDestination", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "log4cplus.FileAppender", CALL_CREATE, .instead = SAFE_FILE },
	{ "H5.H5File", CALL_CREATE, 0, MODE_FLAGS_OR_READ, 1, .instead = SAFE_FILE },
	{ "ogzstream", CALL_CREATE, .instead = SAFE_FILE },
	{ "sqlite.database", CALL_CREATE, .instead = SAFE_FILE },
	{ "SQLite.Database", CALL_CREATE, 0, MODE_FLAGS_OR_READ, 1, .instead = SAFE_FILE },
	{ "wxFile", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "wxFFile", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "wxFileOutputStream", CALL_CREATE, .instead = SAFE_FILE },
	{ "wxFFileOutputStream", CALL_CREATE, .instead = SAFE_FILE },
	{ "wxCopyFile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "wxMkdir", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "fmt.output_file", CALL_CREATE, .instead = SAFE_FILE },
	{ "log.add_file_log", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "logging.add_file_log", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "boost.log.add_file_log", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "spdlog.create_async", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "plog.init", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "gzip.ofstream", CALL_CREATE, .instead = SAFE_FILE },
	{ "bxz.ofstream", CALL_CREATE, .instead = SAFE_FILE },
	{ "g_io_channel_new_file", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "_wfopen", CALL_CREATE, 0, MODE_LETTERS, 1, .instead = SAFE_FILE },
	{ "g_creat", CALL_CREATE, .instead = SAFE_FILE },
	{ "gdbm_open", CALL_CREATE, 0, MODE_FLAGS_OR_READ, 2, .instead = SAFE_FILE },
	{ "unqlite_open", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "leveldb.DB.Open", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "rocksdb.DB.Open", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "png_image_write_to_file", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "stbi_write_png", CALL_CREATE, .instead = SAFE_FILE },
	{ "stbi_write_jpg", CALL_CREATE, .instead = SAFE_FILE },
	{ "stbi_write_bmp", CALL_CREATE, .instead = SAFE_FILE },
	{ "IMG_SavePNG", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "nc_create", CALL_CREATE, .instead = SAFE_FILE },
	{ "cmsSaveProfileToFile", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "mbedtls_x509write_crt_pem_file", CALL_CREATE, .instead = SAFE_FILE },
	{ "g_file_append_to", CALL_CREATE, .instead = SAFE_FILE },
	{ "g_file_new_for_path", CALL_SAME },
	{ "g_file_get_path", CALL_SAME },
	{ ".save", CALL_CREATE, .instead = SAFE_FILE },
	{ ".saveToFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".SaveFile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".save_file", CALL_CREATE, .instead = SAFE_FILE },
	{ "creat64", CALL_CREATE, .instead = SAFE_FILE },
	{ "truncate", CALL_CREATE, .instead = SAFE_FILE },
	{ "g_file_set_contents", CALL_NOTHING },
	{ "stringstream", CALL_SAME },
	{ "ostringstream", CALL_SAME },
	{ "ofstream", CALL_CREATE, .instead = SAFE_FILE },
	{ "wofstream", CALL_CREATE, .instead = SAFE_FILE },
	{ "fstream", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "copy_file", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "mkdir", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "g_mkdir", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "g_mkdir_with_parents", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "create_directory", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "create_directories", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "mkfifo", CALL_EXCLUSIVE },
	{ "mknod", CALL_EXCLUSIVE },
	{ "symlink", CALL_EXCLUSIVE, 1 },
	{ "link", CALL_EXCLUSIVE, 1 },
	{ "dlopen", CALL_SOURCE, .instead = "a directory that only root can write" },
	{ "system", CALL_SHELL, .instead = SAFE_FILE },
	{ "popen", CALL_SHELL, .instead = SAFE_FILE },
	{ "execl", CALL_SHELL, .instead = SAFE_FILE },
	{ "execlp", CALL_SHELL, .instead = SAFE_FILE },
	{ "execv", CALL_SHELL, .instead = SAFE_FILE },
	{ "execvp", CALL_SHELL, .instead = SAFE_FILE },
	{ "execve", CALL_SHELL, .instead = SAFE_FILE },
	{ "posix_spawn", CALL_SHELL, .instead = SAFE_FILE },
	{ "posix_spawnp", CALL_SHELL, .instead = SAFE_FILE },
	{ "posix_spawn_file_actions_addopen", CALL_CREATE, 2, MODE_FLAGS_OR_READ, 3, .instead = SAFE_FILE },
	{ "QProcess.execute", CALL_SHELL, .instead = SAFE_FILE },
	{ "QProcess.startDetached", CALL_SHELL, .instead = SAFE_FILE },
	{ "g_spawn_command_line_sync", CALL_SHELL, .instead = SAFE_FILE },
	{ "g_spawn_command_line_async", CALL_SHELL, .instead = SAFE_FILE },
	{ "cv.FileStorage", CALL_CREATE, 0, MODE_FLAGS_OR_READ, 1, .instead = SAFE_FILE },
	{ "property_tree.write_json", CALL_CREATE, .instead = SAFE_FILE },
	{ "property_tree.write_xml", CALL_CREATE, .instead = SAFE_FILE },
	{ "property_tree.write_ini", CALL_CREATE, .instead = SAFE_FILE },
	{ "pt.write_json", CALL_CREATE, .instead = SAFE_FILE },
	{ "pt.write_xml", CALL_CREATE, .instead = SAFE_FILE },
	{ "pt.write_ini", CALL_CREATE, .instead = SAFE_FILE },
	{ "TFile", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "TFile.Open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".mkdir", CALL_SPECIAL, .instead = SAFE_DIRECTORY },
	{ "umask", CALL_UMASK, .instead = "umask(077)" },
	{ 0 },
};

static const struct script_variable variables[] = {
	{ "P_tmpdir", CALL_TEMPDIR },
	{ 0 },
};

/** An object is opened: ofstream's open() takes the name, QFile's has it. */
static void do_open(struct flow *flow, const struct flow_call *call) {
	const struct flow_range all = { call->first, call->end };
	const struct value named = flow_argument(flow, call, 0, NULL);
	const struct value *name = named.count && strchr(named.choices[0].text, '/') ? &named : &call->receiver;
	const bool writes = flow_mentions(flow, all, "Write") || flow_mentions(flow, all, "out") ||
	                    flow_mentions(flow, all, "Append") || flow_mentions(flow, all, "app") ||
	                    flow_mentions(flow, all, "trunc");
	/* Of a stream with a name alone it is not known whether it is one that writes: its type says so. */
	const bool stream = name == &named && call->narguments == 1;
	const char *of = call->receiver_name;
	const bool known = of && (flow_is_made_by(flow, of, "ifstream") || flow_is_made_by(flow, of, "ofstream"));

	if (writes || (stream && (known ? flow_is_made_by(flow, of, "ofstream")
	                                : flow_mentions(flow, (struct flow_range) { 0, SIZE_MAX }, "ofstream"))))
		flow_create(flow, call, name, flow_mentions(flow, all, "EXCL") || flow_mentions(flow, all, "NewOnly"));
}

/** MAP.at(KEY), MAP.value(KEY, OTHERWISE): what the map has for a key that is spelt, else any of what it has. */
static void do_element(struct flow *flow, const struct flow_call *call) {
	const struct value one = flow_element(flow, call), otherwise = flow_argument(flow, call, 1, NULL);
	struct value value = value_is_unknown(&one) ? call->receiver : one;

	if (call->narguments > 1)
		value = value_is_unknown(&value) ? otherwise : value_either(&value, &otherwise);
	flow_result(flow, &value);
}

/** A format of Qt with the part for the lowest of its numbers. */
static struct value put_lowest(struct arena *arena, const char *format, const struct value *part) {
	const char *lowest = NULL;

	for (const char *at = strchr(format, '%'); at; at = strchr(at + 1, '%'))
		if (at[1] >= '1' && at[1] <= '9' && (!lowest || at[1] < lowest[1]))
			lowest = at;
	if (!lowest)
		return (struct value) { { { .text = format } }, 1 };
	const struct value before = { { { .text = arena_bytes(arena, format, (size_t)(lowest - format)) } }, 1 },
	                   behind = { { { .text = lowest + 2 } }, 1 };
	const struct value joined = value_concatenate(arena, &before, part);
	return value_concatenate(arena, &joined, &behind);
}

/** QString("%1/%2").arg(A).arg(B): what is put for the lowest number that is left. */
static void do_arg(struct flow *flow, const struct flow_call *call) {
	struct value value = call->receiver;

	for (size_t i = 0; i < call->narguments; ++i) {
		const struct value part = flow_argument(flow, call, (int)i, NULL);
		struct value filled = { 0 };

		for (unsigned k = 0; k < value.count; ++k) {
			const struct value one = put_lowest(flow_arena(flow), value.choices[k].text, &part);

			filled = filled.count ? value_either(&filled, &one) : one;
		}
		value = filled.count ? filled : value_unknown();
	}
	flow_result(flow, &value);
}

/** copy(A, B) of <filesystem>, and not that of <algorithm>. */
static void do_copy(struct flow *flow, const struct flow_call *call) {
	const struct value into = flow_argument(flow, call, 1, NULL);

	if (flow_mentions(flow, (struct flow_range) { 0, SIZE_MAX }, "filesystem") || call->narguments == 2 ||
	    flow_mentions(flow, (struct flow_range) { call->first, call->end }, "copy_options"))
		flow_create(flow, call, &into, false);
}

/** A macro stands for the call that full names: another name for it. */
static void alias_macro(struct flow *flow, const struct lex_token *macro, const struct lex_token *of) {
	struct arena *arena = flow_arena(flow);
	const char *full = arena_bytes(arena, of->text, of->length);

	for (const struct script_call *row = calls; row->effect == CALL_NAME_INTO || row->effect == CALL_NAME; ++row)
		if (strcmp(row->name, full) == 0)
			flow_alias(flow, arena_bytes(arena, macro->text, macro->length), full);
}

/** TYPE (*NAME)(…) = FUNCTION; TYPE NAME = FUNCTION; */
static void alias_pointer(struct flow *flow, size_t assign) {
	const struct lex *lex = flow_lex(flow);
	size_t at = assign - 1;

	if (lex_at(lex, at)->kind == LEX_NAME && lex_at(lex, assign)->at < lex->size &&
	    lex->data[lex_at(lex, assign)->at] == '=' && lex_at(lex, at - 1)->kind == LEX_NAME) {
		static const char *const openers[] = { "fopen", "open", "creat", "fopen64", "open64" };

		for (size_t i = 0; i < sizeof openers / sizeof *openers; ++i)
			if (lex_is(lex_at(lex, assign + 1), openers[i]))
				flow_alias_function(flow, lex_at(lex, at), assign + 1);
		return;
	}
	if (!lex_is(lex_at(lex, at), ")"))
		return;

	for (unsigned most = 64; most && at && !lex_is(lex_at(lex, at), "("); --most)
		--at;
	/* What makes names is found where it is assigned. */
	for (const struct script_call *row = calls; row->effect == CALL_NAME_INTO || row->effect == CALL_NAME; ++row)
		if (lex_is(lex_at(lex, assign + 1), row->name))
			return;
	if (at > 3 && lex_is(lex_at(lex, at - 1), ")") && lex_is(lex_at(lex, at - 3), "*"))
		flow_alias_function(flow, lex_at(lex, at - 2), assign + 1);
}

/** std::ostringstream NAME; NAME.str(""), and of texts NAME.clear(): it is empty. */
static void bind_stream(struct flow *flow, size_t i) {
	static const char *const types[] = { "ostringstream", "stringstream", "wostringstream", NULL };
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *name = lex_at(lex, i), *text = lex_at(lex, i + 4);
	bool declared = false;

	for (const char *const *type = types; *type && i; ++type)
		declared |= lex_is(lex_at(lex, i - 1), *type) && lex_at(lex, i + 1)->kind == LEX_NEWLINE;
	const bool begins = !i || lex_at(lex, i - 1)->kind >= LEX_NEWLINE, part = lex_is(lex_at(lex, i + 1), "."),
	           clears = begins && part && lex_is(lex_at(lex, i + 2), "clear") && lex_is(text, ")"),
	           emptied = begins && part && lex_is(lex_at(lex, i + 2), "str") && text->kind == LEX_STRING &&
	                     !text->length;

	if (name->kind != LEX_NAME || (!declared && !clears && !emptied))
		return;
	const char *own = arena_bytes(flow_arena(flow), name->text, name->length);
	/* A stream's clear() is for its errors. */
	for (const char *const *type = types; *type && clears; ++type)
		if (flow_is_typed(flow, own, *type))
			return;
	flow_bind_empty(flow, own, i);
}

/** A name in a directory that is open. */
static void do_openat(struct flow *flow, const struct flow_call *call) {
	const struct flow_opening opening = flow_opening(flow, call);
	const struct value directory = flow_argument(flow, call, 0, NULL);
	struct value path = flow_argument(flow, call, 1, NULL);

	if (path.choices[0].text[0] != '/' && !value_is_unknown(&directory))
		path = value_join(flow_arena(flow), &directory, &path);
	if (opening.creates)
		flow_create(flow, call, &path, opening.exclusive);
}

/** #define MKTEMP(x) mktemp(x), #define MKTEMP mktemp. */
static void prepare(struct flow *flow) {
	/* Of <paths.h>: with a slash behind it. */
	static const char *const paths[][2] = { { "_PATH_TMP", "/tmp/" }, { "_PATH_VARTMP", "/var/tmp/" } };
	const struct lex *lex = flow_lex(flow);

	for (size_t i = 0; i < sizeof paths / sizeof *paths; ++i) {
		const struct value value = value_literal(flow_arena(flow), paths[i][1], strlen(paths[i][1]));

		flow_bind_value(flow, paths[i][0], 0, &value);
	}

	for (size_t i = 0; lex_at(lex, i)->kind != LEX_END; ++i) {
		const struct lex_token *name = lex_at(lex, i + 2);
		size_t first = i;

		/* Its "=" is not spelt. */
		if (i > 4 && lex_is(lex_at(lex, i), "="))
			alias_pointer(flow, i);
		if (i && lex_is(lex_at(lex, i), "=") && lex_at(lex, i)->at < lex->size &&
		    lex->data[lex_at(lex, i)->at] != '=' && name->kind == LEX_NEWLINE)
			alias_macro(flow, lex_at(lex, i - 1), lex_at(lex, i + 1));
		if (lex_at(lex, i)->kind != LEX_OPEN || !lex_is(lex_at(lex, i), LEX_MACRO) || name->kind != LEX_NAME ||
		    !lex_is(lex_at(lex, i + 3), "("))
			continue;
		/* Back over the parameters. */
		while (first > 1 && lex_at(lex, first - 1)->kind != LEX_NEWLINE)
			--first;
		alias_macro(flow, lex_at(lex, first), name);
	}
}

static void special(struct flow *flow, const struct flow_call *call) {
	const char *name = call->row->name;

	if (strcmp(name, ".open") == 0) {
		do_open(flow, call);
	} else if (strcmp(name, ".at") == 0 || strcmp(name, ".find") == 0 || strcmp(name, ".value") == 0) {
		do_element(flow, call);
	} else if (text_starts(name, "TFile")) {
		const struct value path = flow_argument(flow, call, 0, NULL), mode = flow_argument(flow, call, 1, NULL);

		if (strpbrk(mode.choices[0].text, "CNUcnu"))
			flow_create(flow, call, &path, false);
	} else if (strcmp(name, ".mkdir") == 0) {
		/* QDir's: below what it stands for. */
		const struct value below = flow_argument(flow, call, 0, NULL),
		                   path = value_join(flow_arena(flow), &call->receiver, &below);

		if (!value_is_unknown(&call->receiver))
			flow_directory(flow, call, &path, true);
	} else if (strcmp(name, "openat") == 0) {
		do_openat(flow, call);
	} else if (strcmp(name, ".arg") == 0) {
		do_arg(flow, call);
	} else if (strcmp(name, "QStandardPaths.writableLocation") == 0) {
		const struct value shared = value_hole(flow_arena(flow), HOLE_TEMPDIR);

		if (flow_mentions(flow, (struct flow_range) { call->first, call->end }, "TempLocation"))
			flow_result(flow, &shared);
	} else if (text_ends(name, "add_file_log")) {
		/* The name alone, or among options: keywords::file_name = NAME. */
		const struct flow_argument *first = flow_find_argument(call, 0, NULL);
		const struct value path = flow_argument(flow, call, 0, NULL);

		if (first && !flow_mentions(flow, first->range, "auto_flush"))
			flow_create(flow, call, &path, false);
	} else if (strcmp(name, "copy") == 0) {
		do_copy(flow, call);
	} else if (strcmp(name, "fstream") == 0 || strcmp(name, "wxFile") == 0) {
		const struct flow_range all = { call->first, call->end };
		const struct value path = flow_argument(flow, call, 0, NULL);

		static const char *const writes[] = { "out", "app", "trunc", "write", NULL };

		if (flow_mentions_within(flow, all, writes))
			flow_create(flow, call, &path,
			            flow_mentions(flow, all, "noreplace") || flow_mentions(flow, all, "excl"));
	} else {
		const struct value path = flow_argument(flow, call, 0, NULL);

		flow_directory(flow, call, &path,
		               strncmp(name, "create_", 7) == 0 || flow_is_ignored(flow, call) ||
		                       flow_is_guarded(flow, call));
	}
}

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

const struct script_language language_c = {
	.name = "c",
	.title = "C and C++",
	.check = SCRIPT_C,
	.suffixes = LIST(".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".c++", ".C"),
	.interpreters = LIST("tcc", "cling", "crun"),
	.lex = lex_c,
	.calls = calls,
	.variables = variables,
	.concatenate = LIST("+", "<<"),
	.assign = LIST("="),
	.append = LIST("+=", "|=", "<<", "/="),
	.join = LIST("/"),
	.selves = LIST("this."),
	.adders = LIST("append"),
	.wholes = LIST("str", "first", "second"),
	.bare_functions = true,
	.fields = true,
	.listing_braces = true,
	.casts = true,
	.pastes = true,
	.prepare = prepare,
	.bind = bind_stream,
	.special = special,
};
