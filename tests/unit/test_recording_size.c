// SPDX-License-Identifier: GPL-2.0-only
/* An hour at 1 Hz with 200 cgroups: the size of the file, and the time to read it. */
#include <math.h>
#include <sys/stat.h>
#include <time.h>
#include "recorded.h"
#include "report.h"

#define CGROUPS	  200
#define SECONDS	  3600
#define MOST_SIZE 5000000

/* The same numbers in every run. */
static uint64_t random_state;

static uint64_t random_number(void)
{
	uint64_t z = random_state += 0x9E3779B97F4A7C15;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
	return z ^ (z >> 31);
}

/* About n, as often as not more. */
static uint64_t about(uint64_t n)
{
	return n / 2 + random_number() % (n + 1);
}

static bool chance(double share)
{
	return (random_number() >> 11) * 0x1p-53 < share;
}

struct machine {
	struct sample s; /* without cgroups */
	struct cgroup_sample cgroups[CGROUPS];
};

static void machine_init(struct machine *m)
{
	random_state = 1;
	memset(m, 0, sizeof(*m));
	fixture_init(&m->s);
	m->s.kernel = (struct kernel_info){"6.12.107+deb13-amd64", "xarray", "no", "zstd", "on"};
	for (unsigned int i = 0; i < NR_VALUES; i++)
		m->s.v[i] = 0;
	for (unsigned int i = 0; i < ZT_NR_HISTS; i++)
		m->s.hist_present[i] = true;
	fixture_area(&m->s, 0, "/dev/vda2");
	for (unsigned int i = 0; i < 13; i++)
		fixture_probe(&m->s, "store")->attached = true;
	for (unsigned int i = 0; i < CGROUPS; i++) {
		m->cgroups[i].id = 4000 + 61 * i;
		m->cgroups[i].pool_bytes = m->cgroups[i].stored_bytes = 1 << 24;
		m->cgroups[i].limit_bytes = UNLIMITED;
		m->cgroups[i].writeback = 1;
	}
}

static void observe(struct zt_hist *h, uint64_t n, uint64_t ns)
{
	unsigned int bucket = ns <= 256 ? 0 : 64 - __builtin_clzll(ns - 1) - 8;

	h->count[bucket < ZT_BUCKETS ? bucket : ZT_BUCKETS - 1] += n;
	h->sum += n * ns;
	if (ns > h->max)
		h->max = ns;
}

static void one_cgroup(struct machine *m, struct cgroup_sample *c)
{
	uint64_t stores = about(30), loads = about(20), written = random_number() % 3,
		 erased = about(10), bytes = stores * about(1400);

	c->n[ZT_CG_STORE_PAGES] += stores;
	c->n[ZT_CG_STORE_BYTES] += bytes;
	c->n[ZT_CG_LOAD_HITS] += loads;
	c->n[ZT_CG_WB_PAGES] += written;
	c->n[ZT_CG_INV_ERASED] += erased;
	c->pool_bytes += bytes - about(30) * 1400 + 1400;
	c->stored_bytes += (stores + 50 - about(50)) * 4096;
	m->s.v[V_STORE_PAGES] += stores;
	m->s.v[V_STORE_BYTES] += bytes;
	m->s.v[V_LOAD_LOOKUPS] += loads + loads / 3;
	m->s.v[V_LOAD_HITS] += loads;
	m->s.v[V_WB_PAGES + ZT_TRIGGER_SHRINKER] += written;
	m->s.v[V_INV_ERASED] += erased;
	m->s.v[V_INV_ABSENT] += erased / 3;
	m->s.v[V_INV_TREE_EMPTY] += erased / 7;
	m->s.v[V_INV_CALLS] += erased + erased / 3 + erased / 7;
	m->s.v[V_TREE_NODES_FREED + random_number() % ZT_NR_CAUSES] += erased / 9;
	m->s.v[V_POOL_BYTES] += 4096;
	m->s.v[V_STORED_BYTES] += (stores - erased) * 4096;
	for (uint64_t i = 0; i < stores; i++) {
		unsigned int bucket = 5 + __builtin_ctzll(random_number() | 64);

		c->store_ns[bucket]++;
		observe(&m->s.hist[ZT_H_STORE_NS], 1, 200ULL << bucket);
		observe(&m->s.hist[ZT_H_PAGE_BYTES], 1, about(1400));
	}
	for (uint64_t i = 0; i < loads; i++) {
		unsigned int bucket = 4 + __builtin_ctzll(random_number() | 64);

		c->load_ns[bucket]++;
		observe(&m->s.hist[ZT_H_LOAD_NS], 1, 200ULL << bucket);
		observe(&m->s.hist[ZT_H_SWAPIN_ZSWAP_NS], 1, 230ULL << bucket);
	}
	observe(&m->s.hist[ZT_H_WB_NS], written, about(40000));
	observe(&m->s.hist[ZT_H_SWAPIN_DISK_NS], loads / 3, about(300000));
}

/* busy: every cgroup in every second; otherwise few of them often, many now and then. */
static void one_second(struct machine *m, bool busy)
{
	m->s.wall.tv_sec++;
	m->s.mono_ns += 999900000 + random_number() % 200000;
	m->s.interval_ns = 1000000000 + random_number() % 200000;
	m->s.v[V_LAST_COLLECTION] = m->s.wall.tv_sec * 1000000000ULL + random_number() % 1000000;
	for (unsigned int i = 0; i < CGROUPS; i++)
		if (busy || chance(20.0 / (i + 1)))
			one_cgroup(m, &m->cgroups[i]);
	for (unsigned int i = V_SWAPIN_PAGES; i < V_SWAP_TOTAL; i++)
		m->s.v[i] += about(1000);
	m->s.areas[0].used_bytes += 4096;
}

static void take(const struct machine *m, struct sample *s)
{
	char path[80];

	assert_int_equal(sample_copy(s, &m->s), 0);
	s->cgroups_present = true;
	free(s->cgroups);
	s->cgroups = calloc(CGROUPS, sizeof(*s->cgroups));
	assert_non_null(s->cgroups);
	s->nr_cgroups = CGROUPS;
	for (unsigned int i = 0; i < CGROUPS; i++) {
		s->cgroups[i] = m->cgroups[i];
		snprintf(path, sizeof(path), "/system.slice/app-%03u-%08x.service", i,
			 i * 2654435761u);
		s->cgroups[i].path = strdup(path);
	}
}

static double cpu_seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static off_t record_hour(const char *path, bool busy)
{
	static struct machine m;
	struct recorder *r = NULL;
	struct sample s;
	struct stat st;
	double start = cpu_seconds(), making = 0;

	machine_init(&m);
	for (unsigned int i = 0; i <= SECONDS; i++) {
		double before = cpu_seconds();

		one_second(&m, busy);
		take(&m, &s);
		making += cpu_seconds() - before;
		if (!r)
			r = begin_recording(path, &s);
		assert_int_equal(recorder_sample(r, &s, i == SECONDS), 0);
	}
	end_recording(r);
	sample_free(&m.s);
	assert_int_equal(stat(path, &st), 0);
	printf("%s cgroups: %.2f MB an hour, written in %.0f us of CPU time a sample\n",
	       busy ? "busy" : "usual", st.st_size / 1e6,
	       (cpu_seconds() - start - making) / SECONDS * 1e6);
	return st.st_size;
}

/* A second is wanted; what is more than a few is not the machine's fault any more. */
static void report_hour(const char *path)
{
	double start = cpu_seconds();
	FILE *out = fopen("/dev/null", "w");
	struct summary s;
	char why[512];

	assert_int_equal(summary_read(&s, path, why, sizeof(why)), 0);
	assert_int_equal(s.samples, SECONDS + 1);
	assert_int_equal(report_write_text(out, &s), 0);
	fclose(out);
	summary_close(&s);
	printf("reported in %.2f s of CPU time\n", cpu_seconds() - start);
	assert_true(cpu_seconds() - start < 4);
}

static void check_hour(bool busy)
{
	char *path = temporary_path();

	assert_true(record_hour(path, busy) < MOST_SIZE);
	report_hour(path);
	unlink(path);
	free(path);
}

static void test_usual_hour(void **state)
{
	(void)state;
	check_hour(false);
}

static void test_busy_hour(void **state)
{
	(void)state;
	check_hour(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usual_hour),
		cmocka_unit_test(test_busy_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
