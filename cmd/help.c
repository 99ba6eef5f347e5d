#include "commands.h"

#include "output.h"
#include "say.h"

#include <string.h>

const struct command *command_find(const char *name) {
	for (const struct command *command = commands; command->name; ++command)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

void say_unknown_command(const char *name) {
	struct arena scratch = { 0 };
	const char **names = NULL;
	size_t count = 0;

	for (const struct command *command = commands; command->name; ++command) {
		names = arena_grow(&scratch, names, count, sizeof *names);
		names[count++] = command->name;
	}
	say_unknown(name, "command", name, names, "see tmpaudit --help");
	arena_free(&scratch);
}

int print(const struct builder *builder, int status) {
	const char *why = output_print(builder_string(builder), builder->length);

	if (!why)
		return status;
	say("standard output", "cannot be written: %s", why);
	return EXIT_MISUSE;
}

static const char exits[] = "Exit status: 0 the host meets the policy; 1 it falls short; 2 wrong usage, or an output "
                            "that could not be written; 3 something that counts could not be evaluated.";

int help_print(const struct command *command, const struct options *options) {
	struct arena scratch = { 0 };
	struct builder help = { .arena = &scratch };
	const unsigned columns = options_columns(options);

	if (command) {
		builder_format(&help, "Usage: tmpaudit %s %s\n", command->name, command->synopsis);
		text_fold(&help, command->summary, 0, 0, columns);
	} else {
		builder_text(&help, "Usage: tmpaudit [COMMAND] [OPTION]...\n"
		                    "Is this host safe for temporary files, and what exactly is to be changed?\n\n");
		for (const struct command *each = commands; each->name; ++each) {
			builder_format(&help, "  %s %s%*s", each->name, each->synopsis,
			               (int)(28 - strlen(each->name) - strlen(each->synopsis) - 1), "");
			text_fold(&help, each->summary, 30, 30, columns);
		}
		builder_text(&help, "\nOptions of audit:\n");
		command = &commands[0];
	}
	builder_text(&help, "\n");
	options_help(&help, command->options, columns);
	if (command == &commands[0]) {
		builder_text(&help, "\n");
		text_fold(&help, exits, 0, 0, columns);
	}
	int status = print(&help, EXIT_MEETS);
	arena_free(&scratch);
	return status;
}

int command_help(const struct options *options) {
	const char *name = options->operands[0];
	const struct command *command = name ? command_find(name) : NULL;

	if (name && !command) {
		say_unknown_command(name);
		return EXIT_MISUSE;
	}
	if (name && options->operands[1]) {
		say(options->operands[1], "is one operand too many: help is on one command");
		return EXIT_MISUSE;
	}
	return help_print(command, options);
}
