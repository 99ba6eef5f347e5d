#include "elf.h"

#include <gelf.h>
#include <libelf.h>
#include <stdint.h>
#include <string.h>

/** Bounds of what is read: the largest libraries have a tenth of it. */
enum { MOST_SEGMENTS = 4096, MOST_STRINGS = 64 << 20, MOST_TABLE = 128 << 20, MOST_SYMBOLS = 4 << 20 };

/** Of MIPS, whose relocations do not tell: how many symbols there are. */
#define DYNAMIC_MIPS_SYMBOLS 0x70000011
#define DYNAMIC_GNU_HASH 0x6ffffef5
#define FLAG_PIE 0x08000000

const char *const elf_names[ELF_NAMES] = { "mktemp", "tmpnam", "tmpnam_r", "tempnam" };

bool elf_is(const void *head, size_t size) {
	return size >= EI_NIDENT && memcmp(head, ELFMAG, SELFMAG) == 0;
}

/** What PT_DYNAMIC says: addresses but for sizes. */
struct dynamic {
	uint64_t symbols, strings, strings_size, entry, hash, gnu_hash, mips_symbols;
	/** Tables of relocations: where, their size, and whether their entries have an addend. */
	struct {
		uint64_t at, size;
		bool addend;
	} tables[3];
	bool needs, pie;
};

struct image {
	Elf *elf;
	GElf_Ehdr header;
	size_t nsegments;
};

/** Where the byte of that address lies in the file, if size bytes of it do; else -1. */
static int64_t offset_of(const struct image *image, uint64_t address, uint64_t size) {
	for (size_t i = 0; i < image->nsegments; ++i) {
		GElf_Phdr segment;

		if (!gelf_getphdr(image->elf, (int)i, &segment) || segment.p_type != PT_LOAD)
			continue;
		if (address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz &&
		    size <= segment.p_filesz - (address - segment.p_vaddr) &&
		    segment.p_offset <= INT64_MAX - (address - segment.p_vaddr))
			return (int64_t)(segment.p_offset + (address - segment.p_vaddr));
	}
	return -1;
}

static Elf_Data *chunk(const struct image *image, uint64_t address, uint64_t size, Elf_Type type) {
	const int64_t offset = size && size <= MOST_TABLE ? offset_of(image, address, size) : -1;

	return offset < 0 ? NULL : elf_getdata_rawchunk(image->elf, offset, size, type);
}

static uint32_t word_at(const struct image *image, uint64_t address, bool *good) {
	const Elf_Data *data = chunk(image, address, 4, ELF_T_WORD);
	uint32_t word = 0;

	if (!data || data->d_size < sizeof word) {
		*good = false;
		return 0;
	}
	memcpy(&word, data->d_buf, sizeof word);
	return word;
}

static bool read_dynamic(const struct image *image, const GElf_Phdr *segment, struct dynamic *dynamic) {
	Elf_Data *data =
	        segment->p_filesz && segment->p_filesz <= MOST_TABLE
	                ? elf_getdata_rawchunk(image->elf, (int64_t)segment->p_offset, segment->p_filesz, ELF_T_DYN)
	                : NULL;
	GElf_Dyn entry;

	if (!data)
		return false;
	for (int i = 0; gelf_getdyn(data, i, &entry) && entry.d_tag != DT_NULL; ++i) {
		const uint64_t value = entry.d_un.d_val;

		switch (entry.d_tag) {
		case DT_SYMTAB:
			dynamic->symbols = value;
			break;
		case DT_STRTAB:
			dynamic->strings = value;
			break;
		case DT_STRSZ:
			dynamic->strings_size = value;
			break;
		case DT_SYMENT:
			dynamic->entry = value;
			break;
		case DT_HASH:
			dynamic->hash = value;
			break;
		case DYNAMIC_GNU_HASH:
			dynamic->gnu_hash = value;
			break;
		case DYNAMIC_MIPS_SYMBOLS:
			if (image->header.e_machine == EM_MIPS)
				dynamic->mips_symbols = value;
			break;
		case DT_RELA:
			dynamic->tables[0].at = value;
			dynamic->tables[0].addend = true;
			break;
		case DT_RELASZ:
			dynamic->tables[0].size = value;
			break;
		case DT_REL:
			dynamic->tables[1].at = value;
			break;
		case DT_RELSZ:
			dynamic->tables[1].size = value;
			break;
		case DT_JMPREL:
			dynamic->tables[2].at = value;
			break;
		case DT_PLTRELSZ:
			dynamic->tables[2].size = value;
			break;
		case DT_PLTREL:
			dynamic->tables[2].addend = value == DT_RELA;
			break;
		case DT_NEEDED:
			dynamic->needs = true;
			break;
		case DT_FLAGS_1:
			dynamic->pie = value & FLAG_PIE;
			break;
		default:
			break;
		}
	}
	return true;
}

/** One more than the largest symbol that the relocations name. */
static uint64_t count_by_relocations(const struct image *image, const struct dynamic *dynamic) {
	uint64_t count = 0;

	for (size_t i = 0; i < sizeof dynamic->tables / sizeof *dynamic->tables; ++i) {
		const bool addend = dynamic->tables[i].addend;
		Elf_Data *data =
		        chunk(image, dynamic->tables[i].at, dynamic->tables[i].size, addend ? ELF_T_RELA : ELF_T_REL);
		GElf_Rela with;
		GElf_Rel without;

		for (int k = 0;
		     data && (addend ? gelf_getrela(data, k, &with) != NULL : gelf_getrel(data, k, &without) != NULL);
		     ++k) {
			const uint64_t symbol = GELF_R_SYM(addend ? with.r_info : without.r_info);

			if (symbol >= count && symbol < MOST_SYMBOLS)
				count = symbol + 1;
		}
	}
	return count;
}

/** How many symbols there are, those that are imported at least; 0: it cannot be told. */
static uint64_t count_symbols(const struct image *image, const struct dynamic *dynamic) {
	uint64_t count = count_by_relocations(image, dynamic);
	bool good = true;

	if (dynamic->mips_symbols > count)
		count = dynamic->mips_symbols;
	if (dynamic->hash) {
		/* Two machines have words of eight bytes there. */
		const bool wide = image->header.e_ident[EI_CLASS] == ELFCLASS64 &&
		                  (image->header.e_machine == EM_S390 || image->header.e_machine == EM_ALPHA);
		const bool big = image->header.e_ident[EI_DATA] == ELFDATA2MSB;
		const uint64_t at = dynamic->hash + (wide ? 8U + (big ? 4U : 0U) : 4U);
		const uint32_t chain = word_at(image, at, &good);

		if (good && chain > count)
			count = chain;
	}
	/* What is imported stands before what the hash lists. */
	if (dynamic->gnu_hash) {
		const uint32_t first = word_at(image, dynamic->gnu_hash + 4, &good);

		if (good && first > count)
			count = first;
	}
	return count < MOST_SYMBOLS ? count : MOST_SYMBOLS;
}

static unsigned name_bit(const char *name) {
	for (unsigned i = 0; i < ELF_NAMES; ++i)
		if (strcmp(name, elf_names[i]) == 0)
			return 1U << i;
	return 0;
}

/** A name of a table of strings, or NULL: it must end inside. */
static const char *string_at(const Elf_Data *strings, uint64_t at) {
	const char *text = strings->d_buf;

	return at < strings->d_size && memchr(text + at, '\0', strings->d_size - at) ? text + at : NULL;
}

static void examine_imports(const struct image *image, const struct dynamic *dynamic, struct elf_facts *facts) {
	const size_t entry = gelf_fsize(image->elf, ELF_T_SYM, 1, EV_CURRENT);
	uint64_t count = count_symbols(image, dynamic);
	GElf_Sym symbol;

	if (!dynamic->symbols && !dynamic->needs)
		return;
	if (dynamic->entry && dynamic->entry != entry) {
		facts->why = "has symbols of an unknown size";
		return;
	}
	const Elf_Data *strings = dynamic->strings_size <= MOST_STRINGS
	                                  ? chunk(image, dynamic->strings, dynamic->strings_size, ELF_T_BYTE)
	                                  : NULL;
	Elf_Data *symbols = count ? chunk(image, dynamic->symbols, count * entry, ELF_T_SYM) : NULL;
	if (!strings || !symbols) {
		/* Nothing is imported by what has no relocation either. */
		if (count > 1)
			facts->why = "has a dynamic section that leads out of the file";
		return;
	}
	for (int i = 1; (uint64_t)i < count && gelf_getsym(symbols, i, &symbol); ++i) {
		const char *name = symbol.st_shndx == SHN_UNDEF ? string_at(strings, symbol.st_name) : NULL;

		if (name)
			facts->imports |= name_bit(name);
	}
}

/** A program with everything in it: what it has of the C library, if its symbols were left. */
static void examine_static(const struct image *image, struct elf_facts *facts) {
	Elf_Scn *section = NULL;
	unsigned found = 0;
	bool table = false, library = false;

	facts->is_static = true;
	while ((section = elf_nextscn(image->elf, section))) {
		GElf_Shdr header;
		GElf_Sym symbol;
		size_t names;

		if (!gelf_getshdr(section, &header))
			continue;
		const char *name = elf_getshdrstrndx(image->elf, &names) == 0
		                           ? elf_strptr(image->elf, names, header.sh_name)
		                           : NULL;
		/* Go has a library of its own. */
		if (name && strcmp(name, ".go.buildinfo") == 0)
			table = true;
		if (header.sh_type != SHT_SYMTAB || header.sh_size > MOST_TABLE)
			continue;
		Elf_Data *data = elf_getdata(section, NULL);
		table |= data != NULL;
		for (int i = 0; data && i < MOST_SYMBOLS && gelf_getsym(data, i, &symbol); ++i) {
			name = elf_strptr(image->elf, header.sh_link, symbol.st_name);
			if (!name || symbol.st_shndx == SHN_UNDEF)
				continue;
			if (GELF_ST_TYPE(symbol.st_info) == STT_FUNC)
				found |= name_bit(name);
			/* A lone mktemp is the program's own. */
			library |= strcmp(name, "__gen_tempname") == 0 || strcmp(name, "tempname.o") == 0 ||
			           strcmp(name, "tempname.c") == 0 || strcmp(name, "__path_search") == 0 ||
			           strcmp(name, "__randname") == 0;
		}
	}
	if (library)
		facts->imports = found;
	else if (!table)
		facts->why = "is static and stripped of its symbols";
}

/** Look at the segments.  Returns whether there is one of the type, and puts it into found. */
static bool find_segment(const struct image *image, uint32_t type, GElf_Phdr *found) {
	for (size_t i = 0; i < image->nsegments; ++i)
		if (gelf_getphdr(image->elf, (int)i, found) && found->p_type == type)
			return true;
	return false;
}

/** Whether the code is not in this file: it holds symbols for a debugger. */
static bool is_debug_file(const struct image *image) {
	GElf_Phdr segment;
	bool any = false;

	for (size_t i = 0; i < image->nsegments; ++i) {
		if (!gelf_getphdr(image->elf, (int)i, &segment) || segment.p_type != PT_LOAD ||
		    !(segment.p_flags & PF_X))
			continue;
		if (segment.p_filesz)
			return false;
		any = true;
	}
	return any;
}

static void examine(struct image *image, struct elf_facts *facts) {
	struct dynamic dynamic = { 0 };
	GElf_Phdr segment, interpreter;

	if (elf_kind(image->elf) != ELF_K_ELF || !gelf_getehdr(image->elf, &image->header)) {
		facts->why = "has a broken ELF header";
		return;
	}
	if (image->header.e_type != ET_EXEC && image->header.e_type != ET_DYN)
		return;
	if (elf_getphdrnum(image->elf, &image->nsegments) != 0 || image->nsegments > MOST_SEGMENTS ||
	    (image->nsegments && !gelf_getphdr(image->elf, (int)image->nsegments - 1, &segment))) {
		facts->code = true;
		facts->why = "has broken program headers";
		return;
	}
	if (!image->nsegments || is_debug_file(image))
		return;
	facts->code = true;
	if (!find_segment(image, PT_DYNAMIC, &segment)) {
		examine_static(image, facts);
		return;
	}
	if (!read_dynamic(image, &segment, &dynamic)) {
		facts->why = "has a dynamic section that leads out of the file";
		return;
	}
	if (dynamic.pie && !dynamic.needs && !find_segment(image, PT_INTERP, &interpreter))
		examine_static(image, facts);
	else
		examine_imports(image, &dynamic, facts);
}

void elf_examine(int fd, struct elf_facts *facts) {
	struct image image = { 0 };

	*facts = (struct elf_facts) { 0 };
	elf_version(EV_CURRENT);
	image.elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!image.elf) {
		facts->why = "has a broken ELF header";
		return;
	}
	examine(&image, facts);
	elf_end(image.elf);
}
