/** Programs that create temporary files: whether somebody else can be there first. */

#include "checks.h"
#include "host.h"
#include "result.h"
#include "sources.h"
#include "text.h"

#include <string.h>

/** What makes little of a finding: nobody else is there when it runs, or it is not run at all. */
static const unsigned harmless = EXPOSURE_EXAMPLE | EXPOSURE_EARLY | EXPOSURE_PRIVATE;

/** What is wrong, of a kind; "%s" is the name, or "a file" where nothing is known of it. */
static const char *message_of(struct result *result, const struct script_finding *finding) {
	const char *name = finding->name ? finding->name : "a name that anybody can guess";

	switch (finding->kind) {
	case SCRIPT_NAME:
		return result_text(result,
		                   "takes a name for a file that does not exist yet, and that an attacker creates "
		                   "first, as a link to what the program then overwrites");
	case SCRIPT_CREATE:
		return result_text(result,
		                   "creates %s, which an attacker can create first: as a link to what the program "
		                   "then overwrites, or as a file that he goes on reading and writing",
		                   name);
	case SCRIPT_DIRECTORY:
		return result_text(result,
		                   "uses the directory %s, which an attacker can make first, and then replace all "
		                   "that is put into it",
		                   name);
	case SCRIPT_RACE:
		return result_text(result, "looks whether %s is free, and creates it then: an attacker is faster",
		                   name);
	case SCRIPT_SOURCE:
		return result_text(result, "runs what is in %s, which an attacker can write first", name);
	case SCRIPT_IMPORT:
		return result_text(
		        result,
		        "imports %s: whoever creates a file by such a name may find that an attacker has done so "
		        "first",
		        finding->text);
	case SCRIPT_UMASK:
		return result_text(result, "lets everybody write to the files that it creates from here on");
	default:
		return result_text(result, "%s", finding->detail ? finding->detail : "is worth a look");
	}
}

static bool is_low(const struct source_file *source, const struct script_finding *finding) {
	return finding->confidence == SCRIPT_LOW ||
	       ((source->exposure & harmless) && !(source->exposure & (EXPOSURE_SETID | EXPOSURE_CAPABILITY)));
}

static const char *place_of(struct result *result, const struct source_file *source,
                            const struct script_finding *finding) {
	return finding->line ? result_text(result, "%s:%u", source->path, finding->line) : source->path;
}

/** Whether what is written there is, by what it is called, nothing that others may read. */
static bool is_secret(const struct script_finding *finding) {
	static const char *const words[] = { "passw",  "secret",  "credential", "token",
		                             "my.cnf", "private", "shadow",     NULL };

	for (const char *const *word = words; *word; ++word)
		if ((finding->name && strcasestr(finding->name, *word)) || strcasestr(finding->text, *word))
			return true;
	return false;
}

/** What is known of the file: who runs it, whose it is, and where else it lies; and of what is written. */
static const char *context_of(struct result *result, const struct source_file *source,
                              const struct script_finding *finding) {
	const char *context = source->context ? source->context : "", *comma = source->context ? "; " : "";

	if (is_secret(finding)) {
		context = result_text(result, "%s%smay be a secret", context, comma);
		comma = "; ";
	}
	if (source->package) {
		context = result_text(result, "%s%spackage %s", context, comma, source->package);
		comma = "; ";
	}
	if (source->copies)
		context = result_text(result, "%s%s%zu more with the same content, such as %s", context, comma,
		                      source->copies, source->copy);
	return *context ? context : NULL;
}

/** What runs with rights of its own stands before what root runs, and that before what anybody's shell finds. */
static unsigned rank_of(const struct source_file *source) {
	return source->exposure & (EXPOSURE_SETID | EXPOSURE_CAPABILITY) ? 3
	       : source->exposure & EXPOSURE_ROOT                        ? 2
	       : source->exposure & EXPOSURE_PATH                        ? 1
	                                                                 : 0;
}

static void judge_source(struct result *result, const struct source_file *source, enum script_confidence confidence) {
	for (size_t i = 0; i < source->nfindings; ++i) {
		const struct script_finding *finding = &source->findings[i];

		if (finding->confidence == confidence && !is_low(source, finding))
			result_judge(result, false,
			             &(struct finding) {
			                     .subject = source->path,
			                     .aspect = ASPECT_FILE,
			                     .message = message_of(result, finding),
			                     .expected = finding->instead,
			                     .actual = finding->text,
			                     .source = place_of(result, source, finding),
			                     .confidence = script_confidence_names[finding->confidence],
			                     .context = context_of(result, source, finding),
			             });
	}
}

/** What is told only; a file of which no more is to be said is good. */
static void tell_source(struct result *result, const struct source_file *source) {
	size_t low = 0;

	for (size_t i = 0; i < source->nfindings; ++i) {
		const struct script_finding *finding = &source->findings[i];
		const char *context = is_low(source, finding) ? context_of(result, source, finding) : NULL;

		if (!is_low(source, finding))
			continue;
		++low;
		result_note(result, place_of(result, source, finding), "%s: %s%s%s%s", finding->text,
		            message_of(result, finding), context ? " (" : "", context ? context : "",
		            context ? ")" : "");
	}
	result->passes += low == source->nfindings;
}

static void tell_troubles(struct result *result, const struct sources *sources, enum script_check check) {
	for (const struct source_trouble *trouble = sources->troubles; trouble && trouble->path; ++trouble) {
		if (trouble->check != check)
			continue;
		if (trouble->note)
			result_note(result, trouble->path, "%s", trouble->message);
		else
			result_unknown(result, &(struct finding) {
			                               .subject = trouble->path,
			                               .aspect = ASPECT_FILE,
			                               .message = trouble->message,
			                       });
	}
	if (sources->more_troubles[check])
		result_unknown(result, &(struct finding) {
		                               .subject = "further files",
		                               .aspect = ASPECT_FILE,
		                               .message = result_text(result, "were not examined: %zu of them",
		                                                      sources->more_troubles[check]),
		                       });
}

static void run(const struct check *check, const struct host *host, struct result *result) {
	static const char *const kinds[SCRIPT_CHECKS] = {
		[SCRIPT_ELF] = "programs or libraries",
		[SCRIPT_C] = "C or C++ files",
		[SCRIPT_SHELL] = "shell scripts",
		[SCRIPT_PYTHON] = "Python scripts",
		[SCRIPT_PERL] = "Perl scripts",
		[SCRIPT_RUNTIMES] = "scripts in PHP, Ruby, Java, Go or JavaScript",
	};
	const enum script_check kind = *(const enum script_check *)check->param;
	const struct sources *sources = host->sources;
	uint64_t faulty = 0;

	if (!sources)
		return;
	/* The worst first: of many only those are listed. */
	for (unsigned rank = 4; rank-- > 0;)
		for (enum script_confidence confidence = SCRIPT_HIGH; confidence > SCRIPT_LOW; --confidence)
			for (const struct source_file *source = sources->sources; source->path; ++source)
				if (source->check == kind && rank_of(source) == rank)
					judge_source(result, source, confidence);
	for (const struct source_file *source = sources->sources; source->path; ++source) {
		if (source->check != kind)
			continue;
		++faulty;
		tell_source(result, source);
	}
	/* Each file that was examined and has no findings is good. */
	if (sources->examined[kind] > faulty)
		result->passes += (size_t)(sources->examined[kind] - faulty);
	if (sources->more[kind])
		result_more(result, sources->more[kind]);
	tell_troubles(result, sources, kind);
	if (sources->suppressed[kind])
		result_note(result, "comments", "set %llu findings aside, each on its own line",
		            (unsigned long long)sources->suppressed[kind]);
	result_skip(result,
	            sources->requested ? "there are no %s among the files" : "there are no %s that would be looked at",
	            kinds[kind]);
}

#define REFERENCES(...)                                                                                                \
	.references = (const struct reference[]) {                                                                     \
		{ "cwe", "CWE-377" }, { "cwe", "CWE-367" }, { "cwe", "CWE-379" }, { "cwe", "CWE-340" }, __VA_ARGS__, { \
			0                                                                                              \
		}                                                                                                      \
	}

static const char why_names[] = "Whoever knows the name beforehand puts a link or a file of his own there: the "
                                "program overwrites what the link leads to with its own rights, or trusts what the "
                                "file holds.  The sysctls of the kernel stop some of that, but neither cp(1) nor "
                                "what opens without O_CREAT, nor directories.";

#define PARAM(kind)                                                                                                    \
	.param = &(const enum script_check) {                                                                          \
		kind                                                                                                   \
	}

const struct check code_checks[] = {
	{
	        .id = "code.elf",
	        .title = "Programs and libraries do not import racy name generators",
	        .practice = PRACTICE_CREATION,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_COUNT,
	        .facts = FACT_SOURCES,
	        .run = run,
	        PARAM(SCRIPT_ELF),
	        .rule = "No ELF program or library imports mktemp, tmpnam, tmpnam_r or tempnam, or has them linked "
	                "in; but for bash, zsh and busybox, which never create a file by them.  An audit looks at "
	                "programs on the standard PATH that are set-id or have capabilities, and at those of the "
	                "services that start at boot; with --deep at all programs and libraries; tmpaudit code at "
	                "what is given.  What is static and stripped cannot be told, which is noted.",
	        .why = "Between the choice of the name and the open(2) an attacker creates the file: as a link, "
	               "which the program follows, or as his own.  glibc warns of these functions since 1995.",
	        REFERENCES({ "docs", "mktemp(3)" }),
	        .remediation = { .summary = "Report it to its maintainers: mkstemp(3) and mkdtemp(3) create what "
	                                    "they name" },
	},
	{
	        .id = "code.c",
	        .title = "C and C++ code creates temporary files exclusively",
	        .practice = PRACTICE_CREATION,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_COUNT,
	        .when = WHEN_CODE,
	        .facts = FACT_SOURCES,
	        .run = run,
	        PARAM(SCRIPT_C),
	        .rule = "No call of mktemp, tmpnam, tmpnam_r, tempnam or std::tmpnam whose name something else than "
	                "O_EXCL creates; and no fopen, open, creat or the like that creates a file of a name below "
	                "/tmp, /var/tmp or /dev/shm that is fixed or made of the process id, the time, the user or a "
	                "random number, without O_EXCL, O_TMPFILE or \"x\".",
	        .why = why_names,
	        REFERENCES({ "docs", "mkstemp(3)" }),
	        .remediation = { .summary =
	                                 "Use mkstemp(3), mkdtemp(3) or tmpfile(3); for a service RuntimeDirectory=" },
	},
	{
	        .id = "code.shell",
	        .title = "Shell scripts create temporary files with mktemp",
	        .practice = PRACTICE_CREATION,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_COUNT,
	        .when = WHEN_CODE,
	        .facts = FACT_SOURCES,
	        .run = run,
	        PARAM(SCRIPT_SHELL),
	        .rule = "No redirection, tee, cp, mv, touch, dd, mkdir -p, -o or the like to a name in a shared "
	                "temporary directory that is fixed or made of $$, $RANDOM, date or $USER, and none such is "
	                "sourced; no mktemp -u and tempfile -n.  What mktemp made, what lies below such a directory "
	                "or below one whose mkdir was checked, and what is written under noclobber is good.",
	        .why = why_names,
	        REFERENCES({ "docs", "mktemp(1)" }),
	        .remediation = { .summary = "Use mktemp, or mktemp -d and names inside it, and remove it in a trap" },
	},
	{
	        .id = "code.python",
	        .title = "Python code creates temporary files by tempfile",
	        .practice = PRACTICE_CREATION,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_COUNT,
	        .when = WHEN_CODE,
	        .facts = FACT_SOURCES,
	        .run = run,
	        PARAM(SCRIPT_PYTHON),
	        .rule = "No tempfile.mktemp, os.tempnam or os.tmpnam, however imported; no open, os.open, "
	                "Path.write_text, makedirs(exist_ok=True) or the like that creates a guessable name in a "
	                "shared temporary directory, other than by mode \"x\" or O_EXCL; no os.umask(0).",
	        .why = why_names,
	        REFERENCES({ "docs", "tempfile" }),
	        .remediation = { .summary = "Use tempfile.NamedTemporaryFile, mkstemp or TemporaryDirectory" },
	},
	{
	        .id = "code.perl",
	        .title = "Perl code creates temporary files by File::Temp",
	        .practice = PRACTICE_CREATION,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_COUNT,
	        .when = WHEN_CODE,
	        .facts = FACT_SOURCES,
	        .run = run,
	        PARAM(SCRIPT_PERL),
	        .rule = "No POSIX::tmpnam, and no mktemp, tmpnam or tempnam of File::Temp, which names what it does "
	                "not create; no open or sysopen without O_EXCL that creates a guessable name in a shared "
	                "temporary directory.",
	        .why = why_names,
	        REFERENCES({ "docs", "File::Temp" }),
	        .remediation = { .summary = "Use File::Temp->new, tempfile or tempdir" },
	},
	{
	        .id = "code.runtimes",
	        .title = "PHP, Ruby, Java, Go and JavaScript code creates temporary files exclusively",
	        .practice = PRACTICE_CREATION,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_COUNT,
	        .when = WHEN_CODE,
	        .facts = FACT_SOURCES,
	        .run = run,
	        PARAM(SCRIPT_RUNTIMES),
	        .rule = "No call that creates, without being exclusive, a name that can be guessed in a shared "
	                "temporary directory, be it spelt or asked for by sys_get_temp_dir, Dir.tmpdir, "
	                "java.io.tmpdir, os.TempDir() or os.tmpdir(); no name of which only the name is made: "
	                "Dir::Tmpname, tmp.tmpName, a file that is created, deleted and made a directory.",
	        .why = why_names,
	        REFERENCES({ "docs", "tempnam (PHP), Tempfile, Files.createTempFile, os.CreateTemp, fs.mkdtemp" }),
	        .remediation = { .summary = "Use the call of the language that creates what it names" },
	},
	{ 0 },
};
