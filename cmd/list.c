/** The checks, one a line. */

#include "audit.h"
#include "checks.h"
#include "commands.h"
#include "inforce.h"
#include "policy.h"

#include <string.h>
#include <unistd.h>

/** Where titles begin; ids are shorter than what is left of it. */
enum { ID = 27, SEVERITY = 9, PRACTICE = 12, TITLE = ID + SEVERITY + PRACTICE };

/** The policy in force.  A word behind --policy is a file, unless it names checks. */
static int list_policy(const struct options *options) {
	struct arena scratch = { 0 };
	struct builder list = { .arena = &scratch };
	const char *file = options->policy, **globs = NULL;
	const char *const word[] = { file, NULL };
	size_t count = 0;
	struct policy policy;
	int status = EXIT_MISUSE;

	globs = arena_grow(&scratch, globs, 0, sizeof *globs);
	if (file && *file && !audit_unmatched(check_families, word)) {
		globs[count++] = file;
		file = NULL;
	}
	for (char *const *operand = options->operands; *operand; ++operand) {
		globs = arena_grow(&scratch, globs, count, sizeof *globs);
		globs[count++] = *operand;
	}
	if (globs_match(check_families, globs, "list") && open_policy(&policy, file, options)) {
		inforce_add(&list, &policy, globs, isatty(STDOUT_FILENO) ? options_columns(options) : SIZE_MAX,
		            time(NULL));
		policy_close(&policy);
		status = print(&list, EXIT_MEETS);
	}
	arena_free(&scratch);
	return status;
}

int command_list(const struct options *options) {
	/* Without a profile all checks are shown, with one those that it runs. */
	const bool all = !(options->given & OPTION_PROFILE);
	const char *const *globs = (const char *const *)options->operands;
	const struct selection selection = { .checks = *globs ? globs : NULL };
	/* Programs read a check a line. */
	const bool folds = isatty(STDOUT_FILENO);
	struct arena scratch = { 0 };
	struct builder list = { .arena = &scratch };
	struct policy policy;

	if (options->given & OPTION_POLICY)
		return list_policy(options);
	if (!globs_match(check_families, globs, "list"))
		return EXIT_MISUSE;
	policy_open(&policy, options->profile ? options->profile : policy_profiles[0]);
	for (const struct check *const *family = check_families; *family; ++family) {
		for (const struct check *check = *family; check->id; ++check) {
			bool wanted = !selection.checks;

			for (const char *const *glob = globs; *glob && !wanted; ++glob)
				wanted = audit_matches(*glob, check);
			if (!wanted || (!all && !audit_selects(&selection, &policy, check)))
				continue;
			builder_format(&list, "%-*s%-*s%-*s", ID, check->id, SEVERITY,
			               severity_names[policy_severity(&policy, check)], PRACTICE,
			               practices[check->practice].id);
			text_fold(&list, check->title, TITLE, TITLE, folds ? options_columns(options) : SIZE_MAX);
		}
	}
	policy_close(&policy);
	int status = print(&list, EXIT_MEETS);
	arena_free(&scratch);
	return status;
}
