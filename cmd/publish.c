#include "publish.h"

#include "commands.h"
#include "confine.h"
#include "output.h"
#include "render.h"
#include "say.h"

#include <string.h>

/** The number of the product that is for standard output; the others are those of --output, by their place. */
static const unsigned for_standard_output = UINT32_MAX;

/** The format of standard output, and of files that name none. */
static const struct renderer *usual(const struct options *options) {
	return options->format ? options->format : &renderers[0];
}

static const struct renderer *format_of(const struct options *options, size_t output) {
	const struct renderer *renderer = options->outputs[output].renderer;

	return renderer ? renderer : usual(options);
}

/** Where a product goes while it is rendered. */
struct delivering {
	const struct channel *channel;
	unsigned number;
};

static void take_part(void *taker, const char *bytes, size_t length) {
	const struct delivering *to = taker;

	worker_deliver_part(to->channel, to->number, bytes, length);
}

static void deliver(const struct channel *channel, publish_render *render, const void *thing,
                    const struct renderer *renderer, struct render_options rendering, unsigned number) {
	struct arena scratch = { 0 };
	struct delivering to = { .channel = channel, .number = number };
	struct builder text = { .arena = &scratch, .take = take_part, .taker = &to };

	render(&text, thing, renderer, rendering);
	worker_deliver(channel, number, builder_string(&text), text.length);
	arena_free(&scratch);
}

static bool names_standard_output(const struct output *outputs, size_t count) {
	for (size_t i = 0; i < count; ++i)
		if (outputs[i].is_standard_output)
			return true;
	return false;
}

void publish(const struct publisher *publisher, publish_render *render, const void *thing, bool is_well) {
	const struct options *options = publisher->options;

	for (size_t i = 0; i < options->noutputs; ++i)
		deliver(publisher->channel, render, thing, format_of(options, i),
		        publisher->outputs[i].is_standard_output ? publisher->for_reader : publisher->for_file,
		        (unsigned)i);
	if (options->noutputs && (!options->format || names_standard_output(publisher->outputs, options->noutputs)))
		return;
	if (!(options->given & OPTION_QUIET) || !is_well)
		deliver(publisher->channel, render, thing, usual(options), publisher->for_reader, for_standard_output);
}

static void render_report(struct builder *builder, const void *thing, const struct renderer *renderer,
                          struct render_options options) {
	report_render(builder, thing, renderer, options);
}

/** The format on standard output that has exit statuses of its own, or NULL. */
static const struct renderer *format_with_exit(const struct publisher *publisher) {
	const struct options *options = publisher->options;

	if (options->format && options->format->exit)
		return options->format;
	for (size_t i = 0; i < options->noutputs; ++i)
		if (publisher->outputs[i].is_standard_output && format_of(options, i)->exit)
			return format_of(options, i);
	return NULL;
}

int publish_report(const struct publisher *publisher, const struct report *report) {
	const struct renderer *renderer = format_with_exit(publisher);
	const int status = report_exit(report);

	publish(publisher, render_report, report, status == EXIT_MEETS);
	return renderer ? EXIT_OF_FORMAT + renderer->exit(report) : status;
}

/** Write what the worker delivered, files first.  Returns the exit status. */
static int write_all(struct output *outputs, const struct options *options, const struct delivery *delivery) {
	int status = delivery->status;

	for (size_t i = 0; i < delivery->nproducts; ++i) {
		const struct product *product = &delivery->products[i];
		const bool is_file = product->number < options->noutputs;
		const char *why =
		        is_file ? output_commit(&outputs[product->number], format_of(options, product->number)->mode,
		                                product->bytes, product->size)
		                : output_print(product->bytes, product->size);

		if (why) {
			say(is_file ? outputs[product->number].path : "standard output", "cannot be written: %s", why);
			status = EXIT_MISUSE;
		}
	}
	return status;
}

/** What the worker is handed. */
struct work {
	const struct publication *publication;
	struct publisher publisher;
};

static int work(const struct channel *channel, const void *context) {
	const struct work *work = context;
	struct publisher publisher = work->publisher;

	publisher.channel = channel;
	if (!work->publication->reads_files) {
		struct confinement achieved;

		confine(&(const struct confine_request) { 0 }, &achieved);
	}
	return work->publication->make(&publisher, work->publication->context);
}

/** Have it made, once the outputs are known to be safe. */
static int run(struct output *outputs, const struct options *options, const struct publication *publication) {
	struct delivery delivery;
	const struct job job = {
		.work = work,
		.context =
		        &(const struct work) {
		                .publication = publication,
		                .publisher = {
		                        .options = options,
		                        .outputs = outputs,
		                        .for_reader = options_rendering(options, true),
		                        .for_file = options_rendering(options, false),
		                },
		        },
		.silence_ms = publication->silence_ms,
		.cleaning_ms = publication->cleaning_ms,
		.progress = options_progress(options),
	};
	int status = EXIT_MISUSE;

	if (worker_run(&job, &delivery))
		status = (publication->write ? publication->write : write_all)(outputs, options, &delivery);
	delivery_free(&delivery);
	return status;
}

/** Why the output must not be written besides those before it, or NULL. */
static const char *clash(const struct output *outputs, const struct options *options, size_t i) {
	const bool other_format = options->format && format_of(options, i) != options->format;

	for (size_t k = 0; k < i; ++k)
		if (output_same(&outputs[k], &outputs[i]))
			return "is to be written twice";
	return outputs[i].is_standard_output && other_format ? "is to be written in two formats" : NULL;
}

/** A path without the slashes at its end. */
static const char *without_slashes(struct arena *arena, const char *path) {
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		--length;
	return arena_bytes(arena, path, length);
}

int publish_run(const struct options *options, const struct publication *publication) {
	struct arena scratch = { 0 };
	struct output *outputs = arena_array(&scratch, options->noutputs + 1, sizeof *outputs);
	const char *why = NULL;

	for (size_t i = 0; i < options->noutputs; ++i)
		outputs[i].directory = -1;
	for (size_t i = 0; i < options->noutputs && !why; ++i) {
		if (publication->is_directory && publication->is_directory(options, i))
			why = output_open_directory(&outputs[i], without_slashes(&scratch, options->outputs[i].path));
		else
			why = output_open(&outputs[i], options->outputs[i].path);
		if (why)
			say(options->outputs[i].path, "cannot be written: %s", why);
		else if ((why = clash(outputs, options, i)))
			say(options->outputs[i].path, "%s", why);
	}
	int status = why ? EXIT_MISUSE : run(outputs, options, publication);
	for (size_t i = 0; i < options->noutputs; ++i)
		output_close(&outputs[i]);
	arena_free(&scratch);
	return status;
}
