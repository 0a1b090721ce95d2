// SPDX-License-Identifier: GPL-2.0-only
/*
 * A disk in memory, as a kernel module: something to swap to on kernels whose
 * own modules the archive has lost. tools/ramdisk compiles it without kernel
 * headers, against the types in the kernel's BTF; macros and inline functions
 * are not to be had there, so what is needed of them is written out below.
 */
#include "vmlinux.h"

#define MODINFO(name, text)                \
	static const char modinfo_##name[] \
		__attribute__((section(".modinfo"), used, aligned(1))) = #name "=" text

#define SECTOR		    512UL
#define PAGE		    4096UL

/* Allocation bits are numbered anew in each configuration: see the enumeration. */
#define GFP_BIT(name)	    (1U << ___GFP_##name##_BIT)
#define GFP_NOWAIT_MEMALLOC (GFP_BIT(MEMALLOC) | GFP_BIT(NOWARN) | GFP_BIT(KSWAPD_RECLAIM))

#define STATUS_RESOURCE	    9 /* BLK_STS_RESOURCE */

struct module __this_module __attribute__((section(".gnu.linkonce.this_module")));

extern unsigned long page_offset_base, vmemmap_base;
extern const struct kernel_param_ops param_ops_ulong;
void *memcpy(void *to, const void *from, unsigned long size);
void *vzalloc_noprof(unsigned long size);
unsigned long get_zeroed_page_noprof(gfp_t flags);
struct gendisk *__blk_alloc_disk(struct queue_limits *limits, int node, struct lock_class_key *key);
void set_capacity(struct gendisk *disk, sector_t sectors);
int device_add_disk(struct device *parent, struct gendisk *disk,
		    const struct attribute_group **groups);
void bio_endio(struct bio *bio);

static unsigned long megabytes = 64;
static char **pages;
static struct lock_class_key lock_key;

static char *address_of(const struct bio_vec *vec)
{
	unsigned long frame = ((unsigned long)vec->bv_page - vmemmap_base) / sizeof(struct page);

	return (char *)(page_offset_base + frame * PAGE + vec->bv_offset);
}

/*
 * A page of the disk exists from the first access on; whoever reads or writes it
 * holds its lock, so nobody else makes it. The task may well be here to free
 * memory: it must not wait for more of that, and may use the last there is.
 */
static char *page_of(unsigned long n)
{
	if (!pages[n])
		pages[n] = (char *)get_zeroed_page_noprof(GFP_NOWAIT_MEMALLOC);
	return pages[n];
}

static unsigned long min(unsigned long a, unsigned long b)
{
	return a < b ? a : b;
}

static bool copy(unsigned long position, char *data, unsigned long size, bool write)
{
	while (size) {
		unsigned long part = min(size, PAGE - position % PAGE);
		char *page = page_of(position / PAGE);

		if (!page)
			return false;
		page += position % PAGE;
		memcpy(write ? page : data, write ? data : page, part);
		position += part;
		data += part;
		size -= part;
	}
	return true;
}

/* What is neither read nor write (a flush, a discard) needs nothing done. */
static void submit(struct bio *bio)
{
	unsigned int operation = bio->bi_opf & 0xff;
	unsigned long position = bio->bi_iter.bi_sector * SECTOR;
	unsigned long left = bio->bi_iter.bi_size, done = bio->bi_iter.bi_bvec_done;
	struct bio_vec *vec = &bio->bi_io_vec[bio->bi_iter.bi_idx];

	while (left && (operation == REQ_OP_READ || operation == REQ_OP_WRITE)) {
		unsigned long size = min(vec->bv_len - done, left);

		if (!copy(position, address_of(vec) + done, size, operation == REQ_OP_WRITE)) {
			bio->bi_status = STATUS_RESOURCE;
			break;
		}
		position += size;
		left -= size;
		done = 0;
		vec++;
	}
	bio_endio(bio);
}

static const struct block_device_operations operations = {
	.owner = &__this_module,
	.submit_bio = submit,
};

/* Errors are pointers at the very top of the address space. */
static bool is_error(const void *pointer)
{
	return (unsigned long)pointer >= -4095UL;
}

static int start(void)
{
	struct queue_limits limits = {.logical_block_size = PAGE};
	struct gendisk *disk;

	pages = vzalloc_noprof((megabytes << 20) / PAGE * sizeof(pages[0]));
	if (!pages)
		return -12; /* ENOMEM */
	disk = __blk_alloc_disk(&limits, -1, &lock_key);
	if (is_error(disk))
		return (long)disk;
	memcpy(disk->disk_name, "vda", 4);
	disk->fops = &operations;
	set_capacity(disk, (megabytes << 20) / SECTOR);
	return device_add_disk(0, disk, 0);
}

struct module __this_module = {
	.name = "ramdisk",
	.init = start,
};

static const struct kernel_param parameter __attribute__((section("__param"), used, aligned(8))) = {
	.name = "megabytes",
	.mod = &__this_module,
	.ops = &param_ops_ulong,
	.level = -1,
	.arg = &megabytes,
};

MODINFO(license, "GPL");
MODINFO(name, "ramdisk");
MODINFO(retpoline, "Y"); /* it has no indirect call */
MODINFO(vermagic, VERMAGIC);
