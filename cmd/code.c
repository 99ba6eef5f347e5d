#include "code.h"

#include "cleanup.h"
#include "operand.h"

#include <string.h>
#include <unistd.h>

bool code_request(const struct channel *channel, struct host *host, const struct options *options,
                  struct code_input *input) {
	const char **paths = NULL;
	size_t count = 0;
	const int error = options->root ? 0 : tree_open(&input->tree, "/", true);

	if (error) {
		input->tree.fd = -1;
		worker_say(channel, "/", "cannot be opened: %s", strerrordesc_np(-error));
		return false;
	}
	if (options->root)
		input->tree.fd = -1;
	input->tree.pulse = host->tree.pulse;
	input->request.tree = options->root ? &host->tree : &input->tree;
	for (char *const *operand = options->operands; *operand; ++operand) {
		const char *path =
		        options->root && **operand != '/' ? arena_text(&host->arena, "/%s", *operand) : *operand;
		autoclose pinned = tree_pin(input->request.tree, operand_path(&host->arena, path));

		if (pinned < 0) {
			worker_say(channel, *operand, "cannot be read: %s", strerrordesc_np(-pinned));
			return false;
		}
		paths = arena_grow(&host->arena, paths, count, sizeof *paths);
		paths[count++] = operand_path(&host->arena, path);
		if (*path != '/')
			input->request.directory = operand_path(&host->arena, ".");
	}
	input->request.paths = paths;
	host->sources_request = &input->request;
	return true;
}

void code_done(struct code_input *input) {
	if (input->tree.fd >= 0)
		tree_close(&input->tree);
}
