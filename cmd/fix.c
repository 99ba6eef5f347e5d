/** What repairs what an audit finds: printed, and never done. */

#include "fix.h"

#include "commands.h"
#include "host.h"
#include "output.h"
#include "say.h"
#include "worker.h"

#include <string.h>

/** The number of the product that is for standard output. */
static const unsigned for_standard_output = UINT32_MAX;

static const struct fix_format *usual(const struct options *options) {
	return options->fix_format ? options->fix_format : &fix_formats[0];
}

static const struct fix_format *format_of(const struct options *options, size_t output) {
	const struct fix_format *format = options->outputs[output].fix_format;

	return format ? format : usual(options);
}

static bool is_directory(const struct fix_format *format) {
	return !format->write;
}

bool fix_is_directory(const struct options *options, size_t output) {
	return is_directory(format_of(options, output));
}

static void deliver(const struct channel *channel, const struct fix_plan *plan, const struct fix_format *format,
                    unsigned number) {
	struct arena scratch = { 0 };
	struct builder text = { .arena = &scratch };

	format->write(&text, plan);
	worker_deliver(channel, number, builder_string(&text), text.length);
	arena_free(&scratch);
}

/** Each file is a product of its own: its name, a NUL, and what it holds. */
static void deliver_files(const struct channel *channel, struct arena *arena, const struct tree *tree,
                          const struct fix_plan *plan) {
	unsigned number = 0;

	for (const struct fix_output *file = fix_files(arena, tree, plan); file->path; ++file) {
		struct builder bytes = { .arena = arena };

		builder_bytes(&bytes, file->path, strlen(file->path) + 1);
		builder_bytes(&bytes, file->content, file->size);
		worker_deliver(channel, number++, bytes.text, bytes.length);
	}
}

void fix_deliver(const struct channel *channel, const struct host *host, const struct report *report,
                 const struct options *options) {
	struct arena scratch = { 0 };
	const struct fix_plan plan = fix_plan(&scratch, report, options->risk);

	for (size_t i = 0; i < options->noutputs; ++i) {
		if (fix_is_directory(options, i))
			deliver_files(channel, &scratch, &host->tree, &plan);
		else
			deliver(channel, &plan, format_of(options, i), (unsigned)i);
	}
	if (!options->noutputs)
		deliver(channel, &plan, usual(options), for_standard_output);
	arena_free(&scratch);
}

static int write_directory(struct output *output, const struct delivery *delivery) {
	const char *why = output_make_directory(output);

	for (size_t i = 0; i < delivery->nproducts && !why; ++i) {
		const struct product *product = &delivery->products[i];
		const char *name = product->bytes;
		const size_t length = strnlen(name, product->size) + 1;

		why = output_add(output, name, name + length, product->size - length);
	}
	if (!why)
		return delivery->status;
	say(output->path, "cannot be written: %s", why);
	return EXIT_MISUSE;
}

int fix_write(struct output *outputs, const struct options *options, const struct delivery *delivery) {
	if (options->noutputs && fix_is_directory(options, 0))
		return write_directory(&outputs[0], delivery);
	for (size_t i = 0; i < delivery->nproducts; ++i) {
		const struct product *product = &delivery->products[i];
		const bool is_file = product->number < options->noutputs;
		const char *why =
		        is_file ? output_commit(&outputs[product->number], 0640, product->bytes, product->size)
		                : output_print(product->bytes, product->size);

		if (why) {
			say(is_file ? outputs[product->number].path : "standard output", "cannot be written: %s", why);
			return EXIT_MISUSE;
		}
	}
	return delivery->status;
}

int command_fix(const struct options *options) {
	size_t directories = 0;

	if (options->format) {
		say(options->format->name, "is a format of reports; a fix is sh, ansible or files");
		return EXIT_MISUSE;
	}
	for (size_t i = 0; i < options->noutputs; ++i)
		directories += fix_is_directory(options, i);
	if (directories ? options->noutputs > 1 : !options->noutputs && is_directory(usual(options))) {
		say("--format", "files are written to one directory: say -f files -o DIR, and no other output");
		return EXIT_MISUSE;
	}
	return audit_for_fix(options);
}
