#include "audit.h"
#include "checks.h"
#include "host.h"

#include <stdio.h>

int main(int argc, char **argv) {
	struct policy policy;
	struct host host;
	struct report report;

	policy_open(&policy, "default");
	if (host_open(&host, &policy, argc > 1 ? argv[1] : "/", argc == 1) != 0)
		return 2;
	audit_run(&host, check_families, &(struct selection) { 0 }, &report);
	for (size_t i = 0; i < report.nresults; ++i) {
		const struct result *result = &report.results[i];

		printf("%s %s\n", status_names[result_status(result)], result->check->id);
		for (size_t k = 0; k < result->nfindings; ++k) {
			const struct finding *finding = &result->findings[k];

			printf("  %s: %s: %s [%s] %s:%s\n", finding->error ? "error" : "fail", finding->subject,
			       finding->message, finding->actual ? finding->actual : "", aspect_names[finding->aspect],
			       finding->source ? finding->source : "");
		}
	}
	host_close(&host);
	report_free(&report);
	return 0;
}
