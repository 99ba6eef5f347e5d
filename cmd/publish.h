/** From what a worker makes to the outputs that the options ask for. */
#ifndef TMPAUDIT_PUBLISH_H
#define TMPAUDIT_PUBLISH_H

#include "options.h"
#include "worker.h"

struct output;
struct publisher;

/** What is made. */
struct publication {
	/**
	 * Runs in the worker: makes something, hands it to publish(), and returns the exit status.  What it returns
	 * before that ends the run without an output.
	 */
	int (*make)(const struct publisher *publisher, const void *context);
	const void *context;
	/**
	 * Whether it reads files, and calls confine() itself once it has what it needs for that.  If not it is confined
	 * before: all it has is its context.
	 */
	bool reads_files;
	/** Whether an output is a directory; NULL: all are files. */
	bool (*is_directory)(const struct options *options, size_t output);
	/** Writes what was delivered, and returns the exit status; NULL: each product to its output. */
	int (*write)(struct output *outputs, const struct options *options, const struct delivery *delivery);
	/** How long it may give no sign of life, and may take to clean up, in milliseconds. */
	unsigned silence_ms, cleaning_ms;
};

/** In the worker: what it knows. */
struct publisher {
	const struct channel *channel;
	const struct options *options;
	const struct output *outputs;
	/** How it is to look: the worker cannot ask the terminal. */
	struct render_options for_reader, for_file;
};

/** Adds what thing is in a format. */
typedef void publish_render(struct builder *builder, const void *thing, const struct renderer *renderer,
                            struct render_options options);

/** In the worker: render what was made for each output; with --quiet not for standard output if all is well. */
void publish(const struct publisher *publisher, publish_render *render, const void *thing, bool is_well);

/** In the worker: the same for a report.  Returns the exit status, or EXIT_OF_FORMAT and more. */
int publish_report(const struct publisher *publisher, const struct report *report);

/**
 * Make sure that each output can be written, have the worker make what goes there, and write it: each file whole or not
 * at all, and one that cannot be written keeps no other from it.  Returns the exit status.
 */
int publish_run(const struct options *options, const struct publication *publication);

#endif
