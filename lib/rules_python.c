/** Python: what its calls do. */

#include "flow.h"
#include "lex_python.h"
#include "script.h"

#include "text.h"

#include <string.h>

/** What stands for open() with a mode that writes. */
#define PARTIAL_OPEN "functools.partial.open"

#define SAFE_FILE "tempfile.NamedTemporaryFile() or tempfile.mkstemp()"
#define SAFE_NAME "tempfile.mkstemp(), or tempfile.mkdtemp() and a name inside it"
#define SAFE_DIRECTORY "tempfile.mkdtemp() or tempfile.TemporaryDirectory()"

static const struct script_call calls[] = {
	{ "tempfile.mktemp", CALL_SPECIAL, .instead = SAFE_NAME },
	{ "os.tmpnam", CALL_NAME, .instead = SAFE_NAME },
	{ "os.tempnam", CALL_NAME, .instead = SAFE_NAME },
	{ "tempfile.NamedTemporaryFile", CALL_SPECIAL, .instead = "delete=True, or os.unlink() in a finally clause" },
	{ "tempfile.mkstemp", CALL_FRESH },
	{ "tempfile.mkdtemp", CALL_FRESH },
	{ "tempfile.TemporaryFile", CALL_FRESH },
	{ "tempfile.SpooledTemporaryFile", CALL_FRESH },
	{ "tempfile.TemporaryDirectory", CALL_FRESH },
	{ "tempfile.gettempdir", CALL_TEMPDIR },
	{ "tempfile.gettempdirb", CALL_TEMPDIR },
	{ "tempfile.gettempprefix", CALL_RANDOM },

	{ "os.getpid", CALL_PID },
	{ "os.getppid", CALL_PID },
	{ "threading.get_ident", CALL_PID },
	{ "time.time", CALL_TIME },
	{ "time.time_ns", CALL_TIME },
	{ "time.monotonic", CALL_TIME },
	{ "time.strftime", CALL_TIME },
	{ "time.ctime", CALL_TIME },
	{ "time.asctime", CALL_TIME },
	{ "datetime.datetime.now", CALL_TIME },
	{ "datetime.datetime.utcnow", CALL_TIME },
	{ "datetime.datetime.today", CALL_TIME },
	{ "datetime.date.today", CALL_TIME },
	{ "getpass.getuser", CALL_USER },
	{ "os.getlogin", CALL_USER },
	{ "os.getuid", CALL_USER },
	{ "os.geteuid", CALL_USER },
	{ "socket.gethostname", CALL_USER },
	{ "socket.getfqdn", CALL_USER },
	{ "platform.node", CALL_USER },
	{ "random.random", CALL_RANDOM },
	{ "random.randint", CALL_RANDOM },
	{ "random.randrange", CALL_RANDOM },
	{ "random.choice", CALL_RANDOM },
	{ "random.choices", CALL_RANDOM },
	{ "random.sample", CALL_RANDOM },
	{ "random.getrandbits", CALL_RANDOM },
	{ "uuid.uuid1", CALL_TIME },
	{ "uuid.uuid4", CALL_STRONG },
	{ "secrets.token_hex", CALL_STRONG },
	{ "secrets.token_urlsafe", CALL_STRONG },
	{ "secrets.token_bytes", CALL_STRONG },
	{ "os.urandom", CALL_STRONG },
	{ "random.SystemRandom", CALL_STRONG },

	{ "os.path.join", CALL_JOIN },
	{ "functools.reduce", CALL_SPECIAL, 1 },
	{ "reduce", CALL_SPECIAL, 1 },
	{ "posixpath.join", CALL_JOIN },
	{ "pathlib.Path", CALL_JOIN },
	{ "pathlib.PosixPath", CALL_JOIN },
	{ "pathlib.PurePath", CALL_JOIN },
	{ "pathlib.PurePosixPath", CALL_JOIN },
	{ "string.Template", CALL_SAME },
	{ ".substitute", CALL_SPECIAL, .path = ARGUMENT_RECEIVER },
	{ ".safe_substitute", CALL_SPECIAL, .path = ARGUMENT_RECEIVER },
	{ ".replace", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ ".lower", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ ".upper", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ ".title", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ ".removesuffix", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ ".removeprefix", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ ".with_name", CALL_SPECIAL },
	{ ".with_stem", CALL_SPECIAL },
	/* Of lists. */
	{ "next", CALL_SAME },
	{ "iter", CALL_SAME },
	{ "sorted", CALL_SAME },
	{ "reversed", CALL_SAME },
	{ "itertools.chain", CALL_EITHER },
	{ "os.path.splitext", CALL_SAME },
	/* The words of a command. */
	{ "shlex.split", CALL_SAME },
	{ ".split", CALL_SPECIAL, .path = ARGUMENT_RECEIVER },
	{ ".expanduser", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ "re.sub", CALL_SAME, 2 },
	{ "shlex.quote", CALL_SAME },
	{ "pipes.quote", CALL_SAME },
	{ ".add_argument", CALL_SPECIAL, 99, .path_keyword = "default", .instead = SAFE_FILE },
	{ "dataclasses.field", CALL_SAME, 99, .path_keyword = "default" },
	{ "pydantic.Field", CALL_SAME, .path_keyword = "default" },
	{ "typing.cast", CALL_SAME, 1 },
	{ "getattr", CALL_SPECIAL },
	{ ".join", CALL_JOIN_LIST, .path = ARGUMENT_RECEIVER },
	{ ".joinpath", CALL_JOIN, .path = ARGUMENT_RECEIVER },
	{ "os.path.abspath", CALL_SAME },
	{ "os.path.realpath", CALL_SAME },
	{ "os.path.normpath", CALL_SAME },
	{ "os.path.expanduser", CALL_SAME },
	{ "os.path.expandvars", CALL_SAME },
	{ "os.fsencode", CALL_SAME },
	{ "os.fspath", CALL_SAME },
	{ "str", CALL_SAME },
	{ "unicode", CALL_SAME },
	{ "bytes", CALL_SAME },
	{ "int", CALL_SAME },
	{ "repr", CALL_SAME },
	{ "hex", CALL_SAME },
	{ ".resolve", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ ".absolute", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ ".as_posix", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ ".encode", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ ".decode", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ ".strip", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ ".rstrip", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ ".with_suffix", CALL_SAME, .path = ARGUMENT_RECEIVER },
	{ ".format", CALL_BRACES, .path = ARGUMENT_RECEIVER },
	{ ".format_map", CALL_BRACES, .path = ARGUMENT_RECEIVER },
	{ "os.getenv", CALL_ENVIRONMENT },
	{ "os.environ.get", CALL_ENVIRONMENT },
	{ "os.environ.setdefault", CALL_ENVIRONMENT },
	/* Of any dictionary: what it is by default. */
	{ ".get", CALL_ENVIRONMENT },
	{ ".setdefault", CALL_ENVIRONMENT },
	{ ".pop", CALL_ENVIRONMENT },

	{ "open", CALL_SPECIAL, 0, MODE_LETTERS, 1, "file", "mode", SAFE_FILE },
	{ "file", CALL_CREATE, 0, MODE_LETTERS, 1, NULL, "mode", SAFE_FILE },
	{ "io.open", CALL_SPECIAL, 0, MODE_LETTERS, 1, "file", "mode", SAFE_FILE },
	{ "io.FileIO", CALL_CREATE, 0, MODE_LETTERS, 1, "file", "mode", SAFE_FILE },
	{ "aiofiles.open", CALL_CREATE, 0, MODE_LETTERS, 1, "file", "mode", SAFE_FILE },
	{ "codecs.open", CALL_CREATE, 0, MODE_LETTERS, 1, "filename", "mode", SAFE_FILE },
	{ "gzip.open", CALL_CREATE, 0, MODE_LETTERS, 1, "filename", "mode", SAFE_FILE },
	{ "gzip.GzipFile", CALL_CREATE, 0, MODE_LETTERS, 1, "filename", "mode", SAFE_FILE },
	{ "bz2.open", CALL_CREATE, 0, MODE_LETTERS, 1, "filename", "mode", SAFE_FILE },
	{ "bz2.BZ2File", CALL_CREATE, 0, MODE_LETTERS, 1, "filename", "mode", SAFE_FILE },
	{ "lzma.open", CALL_CREATE, 0, MODE_LETTERS, 1, "filename", "mode", SAFE_FILE },
	{ "zipfile.ZipFile", CALL_CREATE, 0, MODE_LETTERS, 1, "file", "mode", SAFE_FILE },
	{ "zipfile.PyZipFile", CALL_CREATE, 0, MODE_LETTERS, 1, "file", "mode", SAFE_FILE },
	{ "pyzipper.AESZipFile", CALL_CREATE, 0, MODE_LETTERS, 1, "file", "mode", SAFE_FILE },
	{ "py7zr.SevenZipFile", CALL_CREATE, 0, MODE_LETTERS, 1, "file", "mode", SAFE_FILE },
	{ "wave.Wave_write", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ "aifc.open", CALL_CREATE, 0, MODE_LETTERS, 1, "f", "mode", SAFE_FILE },
	{ "sunau.open", CALL_CREATE, 0, MODE_LETTERS, 1, "f", "mode", SAFE_FILE },
	{ "smart_open.open", CALL_CREATE, 0, MODE_LETTERS, 1, "uri", "mode", SAFE_FILE },
	{ "rasterio.open", CALL_CREATE, 0, MODE_LETTERS, 1, "fp", "mode", SAFE_FILE },
	{ "fiona.open", CALL_CREATE, 0, MODE_LETTERS, 1, "fp", "mode", SAFE_FILE },
	{ "tables.open_file", CALL_CREATE, 0, MODE_LETTERS, 1, "filename", "mode", SAFE_FILE },
	{ "soundfile.SoundFile", CALL_CREATE, 0, MODE_LETTERS, 1, "file", "mode", SAFE_FILE },
	{ "tarfile.TarFile.open", CALL_CREATE, 0, MODE_LETTERS, 1, "name", "mode", SAFE_FILE },
	{ "tarfile.open", CALL_CREATE, 0, MODE_LETTERS, 1, "name", "mode", SAFE_FILE },
	{ "tarfile.TarFile", CALL_CREATE, 0, MODE_LETTERS, 1, "name", "mode", SAFE_FILE },
	{ "wave.open", CALL_CREATE, 0, MODE_LETTERS, 1, "f", "mode", SAFE_FILE },
	{ "os.open", CALL_CREATE, 0, MODE_FLAGS_OR_READ, 1, "path", "flags", SAFE_FILE },
	{ ".open", CALL_CREATE, ARGUMENT_RECEIVER, MODE_LETTERS, 0, NULL, "mode", SAFE_FILE },
	{ ".write_text", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".write_bytes", CALL_CREATE, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ ".touch", CALL_SPECIAL, ARGUMENT_RECEIVER, .instead = SAFE_FILE },
	{ "shutil.copy", CALL_CREATE, 1, .path_keyword = "dst", .instead = SAFE_FILE },
	{ "shutil.copy2", CALL_CREATE, 1, .path_keyword = "dst", .instead = SAFE_FILE },
	{ "shutil.copyfile", CALL_CREATE, 1, .path_keyword = "dst", .instead = SAFE_FILE },
	{ "shutil.move", CALL_CREATE, 1, .path_keyword = "dst", .instead = SAFE_FILE },
	{ "sqlite3.connect", CALL_SPECIAL, 0, .path_keyword = "database", .instead = SAFE_FILE },
	{ "shelve.open", CALL_SPECIAL, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "shelve.DbfilenameShelf", CALL_SPECIAL, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "logging.FileHandler", CALL_CREATE, 0, .path_keyword = "filename",
	  .instead = "a directory of the service's own" },
	{ "logging.handlers.RotatingFileHandler", CALL_CREATE, 0, .path_keyword = "filename",
	  .instead = "a directory of the service's own" },
	{ "logging.handlers.TimedRotatingFileHandler", CALL_CREATE, 0, .path_keyword = "filename",
	  .instead = "a directory of the service's own" },
	{ "logging.basicConfig", CALL_CREATE, 99, .path_keyword = "filename",
	  .instead = "a directory of the service's own" },
	{ "logging.config.dictConfig", CALL_SPECIAL, .instead = "a directory of the service's own" },
	{ "urllib.urlretrieve", CALL_CREATE, 1, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "urllib.request.urlretrieve", CALL_CREATE, 1, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "numpy.save", CALL_CREATE, 0, .path_keyword = "file", .instead = SAFE_FILE },
	{ "numpy.savez", CALL_CREATE, 0, .path_keyword = "file", .instead = SAFE_FILE },
	{ "numpy.savez_compressed", CALL_CREATE, 0, .path_keyword = "file", .instead = SAFE_FILE },
	{ "numpy.savetxt", CALL_CREATE, 0, .path_keyword = "fname", .instead = SAFE_FILE },
	{ "joblib.dump", CALL_CREATE, 1, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "torch.save", CALL_CREATE, 1, .path_keyword = "f", .instead = SAFE_FILE },
	{ "cv2.imwrite", CALL_CREATE, 0, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "shutil.make_archive", CALL_CREATE, 0, .path_keyword = "base_name", .instead = SAFE_FILE },
	{ "logging.handlers.WatchedFileHandler", CALL_CREATE, 0, .path_keyword = "filename",
	  .instead = "a directory of the service's own" },
	{ "os.path.dirname", CALL_DIRNAME },
	{ "h5py.File", CALL_CREATE, 0, MODE_LETTERS, 1, "name", "mode", SAFE_FILE },
	{ "netCDF4.Dataset", CALL_CREATE, 0, MODE_LETTERS, 1, "filename", "mode", SAFE_FILE },
	{ "lzma.LZMAFile", CALL_CREATE, 0, MODE_LETTERS, 1, "filename", "mode", SAFE_FILE },
	{ "anyio.open_file", CALL_CREATE, 0, MODE_LETTERS, 1, "file", "mode", SAFE_FILE },
	{ "pandas.ExcelWriter", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ "pandas.HDFStore", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ "scipy.io.savemat", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ "scipy.io.wavfile.write", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ "imageio.imwrite", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ "imageio.imsave", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ "skimage.io.imsave", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ "matplotlib.pyplot.imsave", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ "wget.download", CALL_CREATE, 1, .path_keyword = "out", .instead = SAFE_FILE },
	{ "cProfile.run", CALL_CREATE, 1, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "distutils.file_util.copy_file", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "pyarrow.parquet.write_table", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "builtins.open", CALL_SPECIAL, 0, MODE_LETTERS, 1, "file", "mode", SAFE_FILE },
	{ "__builtin__.open", CALL_CREATE, 0, MODE_LETTERS, 1, "file", "mode", SAFE_FILE },
	/* functools.partial(open, mode="w"), under its other name. */
	{ PARTIAL_OPEN, CALL_CREATE, 0, .path_keyword = "file", .instead = SAFE_FILE },
	{ "dbm.open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "dbm.gnu.open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "dbm.ndbm.open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "dbm.dumb.open", CALL_SPECIAL, .path_keyword = "file", .instead = SAFE_FILE },
	{ "anydbm.open", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "mailbox.mbox", CALL_CREATE, .path_keyword = "path", .instead = SAFE_FILE },
	{ "mailbox.Maildir", CALL_DIRECTORY, 0, MODE_REUSES, .path_keyword = "dirname", .instead = SAFE_DIRECTORY },
	{ "numpy.memmap", CALL_CREATE, 0, MODE_LETTERS, 2, "filename", "mode", SAFE_FILE },
	{ "numpy.lib.format.open_memmap", CALL_CREATE, 0, MODE_LETTERS, 1, "filename", "mode", SAFE_FILE },
	{ "pygame.image.save", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "soundfile.write", CALL_CREATE, .path_keyword = "file", .instead = SAFE_FILE },
	{ "sf.write", CALL_CREATE, .path_keyword = "file", .instead = SAFE_FILE },
	{ "imageio.mimsave", CALL_CREATE, .instead = SAFE_FILE },
	{ "imageio.get_writer", CALL_CREATE, .instead = SAFE_FILE },
	{ "imageio.v2.imwrite", CALL_CREATE, .instead = SAFE_FILE },
	{ "imageio.v3.imwrite", CALL_CREATE, .instead = SAFE_FILE },
	{ "cv2.VideoWriter", CALL_CREATE, .instead = SAFE_FILE },
	{ "torchvision.utils.save_image", CALL_CREATE, 1, .path_keyword = "fp", .instead = SAFE_FILE },
	{ "torchaudio.save", CALL_CREATE, .instead = SAFE_FILE },
	{ "onnx.save", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "safetensors.torch.save_file", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "xlsxwriter.Workbook", CALL_CREATE, .instead = SAFE_FILE },
	{ "networkx.write_gml", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.write_graphml", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.write_gexf", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.write_edgelist", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.write_weighted_edgelist", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.write_adjlist", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.write_multiline_adjlist", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.write_pajek", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.write_graph6", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.write_sparse6", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.write_graphml_lxml", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.write_graphml_xml", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.write_gpickle", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.write_network_text", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.drawing.nx_pydot.write_dot", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "networkx.drawing.nx_agraph.write_dot", CALL_CREATE, 1, .instead = SAFE_FILE },
	/* Of astropy: an image, a list of them, a table. */
	{ ".writeto", CALL_CREATE, .instead = SAFE_FILE },
	{ "astropy.io.fits.writeto", CALL_CREATE, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "astropy.io.ascii.write", CALL_CREATE, 1, .path_keyword = "output", .instead = SAFE_FILE },
	{ "imageio.v2.mimsave", CALL_CREATE, .instead = SAFE_FILE },
	{ "imageio.v2.get_writer", CALL_CREATE, .instead = SAFE_FILE },
	{ "scipy.io.mmwrite", CALL_CREATE, .path_keyword = "target", .instead = SAFE_FILE },
	{ "scipy.sparse.save_npz", CALL_CREATE, .path_keyword = "file", .instead = SAFE_FILE },
	{ "tifffile.imwrite", CALL_CREATE, .instead = SAFE_FILE },
	{ "tifffile.imsave", CALL_CREATE, .instead = SAFE_FILE },
	{ "nibabel.save", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "librosa.output.write_wav", CALL_CREATE, .instead = SAFE_FILE },
	{ "sklearn.datasets.dump_svmlight_file", CALL_CREATE, 2, .instead = SAFE_FILE },
	{ "meshio.write", CALL_CREATE, .instead = SAFE_FILE },
	{ "trimesh.exchange.export.export_mesh", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "plistlib.writePlist", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "torch.onnx.export", CALL_CREATE, 2, .path_keyword = "f", .instead = SAFE_FILE },
	{ "plotly.io.write_html", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "plotly.offline.plot", CALL_CREATE, 99, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "pyarrow.feather.write_feather", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "pyarrow.csv.write_csv", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ "sqlite3.dbapi2.connect", CALL_SPECIAL, 0, .path_keyword = "database", .instead = SAFE_FILE },
	{ "aiosqlite.connect", CALL_SPECIAL, 0, .path_keyword = "database", .instead = SAFE_FILE },
	{ "apsw.Connection", CALL_CREATE, .instead = SAFE_FILE },
	{ "sqlalchemy.create_engine", CALL_SPECIAL, .instead = SAFE_FILE },
	{ "lmdb.open", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "tinydb.TinyDB", CALL_CREATE, .instead = SAFE_FILE },
	{ "diskcache.Cache", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "joblib.Memory", CALL_DIRECTORY, 0, MODE_REUSES, .path_keyword = "location", .instead = SAFE_DIRECTORY },
	{ "filelock.FileLock", CALL_CREATE, .path_keyword = "lock_file", .instead = SAFE_FILE },
	{ "fasteners.InterProcessLock", CALL_CREATE, .path_keyword = "path", .instead = SAFE_FILE },
	{ "portalocker.Lock", CALL_CREATE, .path_keyword = "filename", .instead = SAFE_FILE },
	{ "pidfile.PIDFile", CALL_CREATE, .instead = SAFE_FILE },
	{ "distutils.dir_util.copy_tree", CALL_DIRECTORY, 1, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "distutils.dir_util.mkpath", CALL_DIRECTORY, 0, MODE_REUSES, .instead = SAFE_DIRECTORY },
	{ "py_compile.compile", CALL_CREATE, 1, .path_keyword = "cfile", .instead = SAFE_FILE },
	{ "loguru.logger.add", CALL_CREATE, .path_keyword = "sink", .instead = "a directory of the service's own" },
	{ "?sftp.get", CALL_CREATE, 1, .path_keyword = "localpath", .instead = SAFE_FILE },
	{ "?scp.get", CALL_CREATE, 1, .path_keyword = "local_path", .instead = SAFE_FILE },
	{ "?ftp.get", CALL_CREATE, 1, .instead = SAFE_FILE },
	{ ".download_file", CALL_CREATE, 2, .path_keyword = "Filename", .instead = SAFE_FILE },
	{ ".download_to_filename", CALL_CREATE, .path_keyword = "filename", .instead = SAFE_FILE },
	{ ".fget_object", CALL_CREATE, 2, .path_keyword = "file_path", .instead = SAFE_FILE },
	{ ".to_latex", CALL_CREATE, .path_keyword = "buf", .instead = SAFE_FILE },
	{ ".to_markdown", CALL_CREATE, .path_keyword = "buf", .instead = SAFE_FILE },
	{ ".to_string", CALL_CREATE, .path_keyword = "buf", .instead = SAFE_FILE },
	{ ".to_orc", CALL_CREATE, .instead = SAFE_FILE },
	{ ".to_netcdf", CALL_CREATE, .instead = SAFE_FILE },
	{ ".to_zarr", CALL_CREATE, .instead = SAFE_DIRECTORY },
	{ ".to_file", CALL_CREATE, .instead = SAFE_FILE },
	{ ".save_weights", CALL_CREATE, .path_keyword = "filepath", .instead = SAFE_FILE },
	{ ".save_pretrained", CALL_CREATE, .path_keyword = "save_directory", .instead = SAFE_DIRECTORY },
	{ ".save_model", CALL_CREATE, .instead = SAFE_FILE },
	{ ".write_pdf", CALL_CREATE, .instead = SAFE_FILE },
	{ ".write_png", CALL_CREATE, .instead = SAFE_FILE },
	{ ".write_csv", CALL_CREATE, .instead = SAFE_FILE },
	{ ".write_parquet", CALL_CREATE, .instead = SAFE_FILE },
	{ ".write_json", CALL_CREATE, .instead = SAFE_FILE },
	{ ".write_videofile", CALL_CREATE, .instead = SAFE_FILE },
	{ ".write_c14n", CALL_CREATE, .instead = SAFE_FILE },
	{ ".write", CALL_SPECIAL, .instead = SAFE_FILE },
	{ ".screenshot", CALL_CREATE, 99, .path_keyword = "path", .instead = SAFE_FILE },
	{ ".save_screenshot", CALL_CREATE, .path_keyword = "filename", .instead = SAFE_FILE },
	{ ".get_screenshot_as_file", CALL_CREATE, .instead = SAFE_FILE },
	{ ".extract", CALL_CREATE, 1, .path_keyword = "path", .instead = SAFE_DIRECTORY },
	{ ".dump_stats", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ ".write_html", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ ".write_image", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ ".to_html", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ ".to_feather", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ ".to_stata", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ ".to_xml", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ ".tofile", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ "shutil.unpack_archive", CALL_DIRECTORY, 1, MODE_REUSES, .path_keyword = "extract_dir",
	  .instead = SAFE_DIRECTORY },
	{ ".extractall", CALL_DIRECTORY, 0, MODE_REUSES, .path_keyword = "path", .instead = SAFE_DIRECTORY },
	{ "asyncio.create_subprocess_shell", CALL_SHELL, .instead = SAFE_FILE },
	{ "asyncio.create_subprocess_exec", CALL_SHELL, .instead = SAFE_FILE },
	{ "pexpect.run", CALL_SHELL, .instead = SAFE_FILE },
	{ "pexpect.spawn", CALL_SHELL, .instead = SAFE_FILE },
	{ "subprocess.getstatusoutput", CALL_SHELL, .instead = SAFE_FILE },
	{ ".symlink_to", CALL_EXCLUSIVE, ARGUMENT_RECEIVER },
	{ ".hardlink_to", CALL_EXCLUSIVE, ARGUMENT_RECEIVER },
	{ ".save", CALL_CREATE, 0, .path_keyword = "fp", .instead = SAFE_FILE },
	{ ".to_excel", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ ".to_parquet", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ ".to_hdf", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ ".savefig", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ ".to_csv", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ ".to_json", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ ".to_pickle", CALL_CREATE, 0, .instead = SAFE_FILE },
	{ "os.chdir", CALL_CHDIR },
	{ "os.mkfifo", CALL_EXCLUSIVE },
	{ "os.mknod", CALL_EXCLUSIVE },
	{ "os.symlink", CALL_EXCLUSIVE, 1 },
	{ "os.link", CALL_EXCLUSIVE, 1 },
	{ ".bind", CALL_EXCLUSIVE },
	{ "os.mkdir", CALL_DIRECTORY, 0, .path_keyword = "path", .instead = SAFE_DIRECTORY },
	{ "os.makedirs", CALL_DIRECTORY, 0, MODE_EXIST_OK, 2, "name", "exist_ok", SAFE_DIRECTORY },
	{ ".mkdir", CALL_DIRECTORY, ARGUMENT_RECEIVER, MODE_EXIST_OK, 2, NULL, "exist_ok", SAFE_DIRECTORY },
	{ "shutil.copytree", CALL_DIRECTORY, 1, MODE_EXIST_OK, 9, "dst", "dirs_exist_ok", SAFE_DIRECTORY },
	{ "execfile", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ "runpy.run_path", CALL_SOURCE, .instead = "a file that only its owner can write" },
	{ "imp.load_source", CALL_SOURCE, 1, .instead = "a file that only its owner can write" },
	{ "os.system", CALL_SHELL, .instead = SAFE_FILE },
	{ "os.popen", CALL_SHELL, .instead = SAFE_FILE },
	{ "commands.getoutput", CALL_SHELL, .instead = SAFE_FILE },
	{ "commands.getstatusoutput", CALL_SHELL, .instead = SAFE_FILE },
	{ "subprocess.call", CALL_SHELL, .instead = SAFE_FILE },
	{ "subprocess.run", CALL_SHELL, .instead = SAFE_FILE },
	{ "subprocess.Popen", CALL_SHELL, .instead = SAFE_FILE },
	{ "subprocess.check_call", CALL_SHELL, .instead = SAFE_FILE },
	{ "subprocess.check_output", CALL_SHELL, .instead = SAFE_FILE },
	{ "subprocess.getoutput", CALL_SHELL, .instead = SAFE_FILE },
	{ "os.umask", CALL_UMASK, .instead = "os.umask(0o077)" },
	{ 0 },
};

static const struct script_variable variables[] = {
	{ "tempfile.tempdir", CALL_TEMPDIR },
	{ "os.environ.TMPDIR", CALL_TEMPDIR },
	{ "os.environ.TMP", CALL_TEMPDIR },
	{ "os.environ.TEMP", CALL_TEMPDIR },
	{ "os.environ.USER", CALL_USER },
	{ "os.environ.LOGNAME", CALL_USER },
	{ 0 },
};

/* Imports */

static const char *word(struct arena *arena, const struct lex_token *token) {
	return arena_bytes(arena, token->text, token->length);
}

/** A dotted name at i; leading dots of a relative import make it one of the script's own. */
static const char *dotted(struct arena *arena, const struct lex *lex, size_t *i) {
	struct builder name = { .arena = arena };

	for (; lex_is(lex_at(lex, *i), ".") || lex_is(lex_at(lex, *i), "..."); ++*i)
		builder_text(&name, "?");
	while (lex_at(lex, *i)->kind == LEX_NAME && !lex_is(lex_at(lex, *i), "import")) {
		builder_bytes(&name, lex_at(lex, *i)->text, lex_at(lex, *i)->length);
		++*i;
		if (!lex_is(lex_at(lex, *i), "."))
			break;
		builder_text(&name, ".");
		++*i;
	}
	return builder_string(&name);
}

static void import_module(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);

	do {
		++i;
		const char *module = dotted(arena, lex, &i);

		if (lex_is(lex_at(lex, i), "as") && lex_at(lex, i + 1)->kind == LEX_NAME) {
			flow_alias(flow, word(arena, lex_at(lex, i + 1)), module);
			i += 2;
		} else {
			/* "import a.b" makes a known. */
			const char *first = arena_bytes(arena, module, strcspn(module, "."));

			flow_alias(flow, first, first);
		}
	} while (lex_is(lex_at(lex, i), ","));
}

static void import_names(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);

	++i;
	const char *module = dotted(arena, lex, &i);
	if (!lex_is(lex_at(lex, i), "import"))
		return;
	++i;
	if (lex_is(lex_at(lex, i), "*")) {
		flow_alias_all(flow, module);
		return;
	}
	i += lex_is(lex_at(lex, i), "(");
	while (lex_at(lex, i)->kind == LEX_NAME) {
		const char *name = word(arena, lex_at(lex, i)), *full = arena_text(arena, "%s.%s", module, name);

		++i;
		if (lex_is(lex_at(lex, i), "as") && lex_at(lex, i + 1)->kind == LEX_NAME) {
			name = word(arena, lex_at(lex, i + 1));
			i += 2;
		}
		flow_alias(flow, name, full);
		if (!lex_is(lex_at(lex, i), ","))
			break;
		++i;
	}
}

/** Where the list of a loop that begins at first ends: at its colon. */
static size_t list_end(const struct flow *flow, size_t first) {
	const size_t end = flow_expression_end(flow, first);
	size_t depth = 0;

	for (size_t i = first; i < end; ++i) {
		const struct lex_token *token = lex_at(flow_lex(flow), i);

		depth += lex_is(token, "(") || lex_is(token, "[") || lex_is(token, "{");
		depth -= depth && (lex_is(token, ")") || lex_is(token, "]") || lex_is(token, "}"));
		if (!depth && (lex_is(token, ":") || lex_is(token, "if")))
			return i;
	}
	return end;
}

/** "for a, b in zip(A, B)": the name at j is an element of the list in its place. */
static bool bind_zipped(struct flow *flow, size_t i, size_t j) {
	const struct lex *lex = flow_lex(flow);
	size_t in = i + 1;

	while (lex_at(lex, in)->kind == LEX_NAME && lex_is(lex_at(lex, in + 1), ","))
		in += 2;
	++in;
	if (!lex_is(lex_at(lex, in), "in") || !lex_is(lex_at(lex, in + 1), "zip") || !lex_is(lex_at(lex, in + 2), "("))
		return false;
	size_t first = in + 3;
	for (size_t k = i + 1; k < j; k += 2) {
		first = flow_expression_end(flow, first);
		if (!lex_is(lex_at(lex, first), ","))
			return false;
		++first;
	}
	flow_bind_element(flow, word(flow_arena(flow), lex_at(lex, j)), i,
	                  (struct flow_range) { first, flow_expression_end(flow, first) });
	return true;
}

/** "for k, v in LIST.items()", "for i, v in enumerate(LIST)": the second is an element; its token is at j. */
static bool bind_pair(struct flow *flow, size_t i, size_t j) {
	const struct lex *lex = flow_lex(flow);
	const char *name = word(flow_arena(flow), lex_at(lex, j));
	const size_t list = j + 2;

	if (bind_zipped(flow, i, j))
		return true;
	if (!lex_is(lex_at(lex, j + 1), "in") || !lex_is(lex_at(lex, j - 1), ","))
		return false;
	const size_t end = list_end(flow, list);
	if (lex_is(lex_at(lex, list), "enumerate") && lex_is(lex_at(lex, list + 1), "("))
		flow_bind_element(flow, name, i, (struct flow_range) { list + 2, flow_expression_end(flow, list + 2) });
	else if (end > list + 4 && lex_is(lex_at(lex, end - 3), "items"))
		flow_bind_element(flow, name, i, (struct flow_range) { list, end - 4 });
	else
		return false;
	return true;
}

/** "with open(x) as f", "except E as e", "for f in …". */
static void bind_words(struct flow *flow, size_t i) {
	enum { MOST = 128 };
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	const struct lex_token *token = lex_at(lex, i), *next = lex_at(lex, i + 1);
	const struct value unknown = value_unknown();

	if (lex_is(token, "as") && next->kind == LEX_NAME && i > 0) {
		size_t first = i, depth = 0;

		/* What stands before it, back to the comma or the word "with". */
		while (first > 0 && i - first < MOST) {
			const struct lex_token *before = lex_at(lex, first - 1);

			depth += lex_is(before, ")") || lex_is(before, "]");
			if (!depth &&
			    (lex_is(before, ",") || lex_is(before, "with") || lex_is(before, "(") ||
			     lex_is(before, "except") || before->kind == LEX_NEWLINE || before->kind == LEX_OPEN))
				break;
			depth -= depth && (lex_is(before, "(") || lex_is(before, "["));
			--first;
		}
		flow_bind(flow, word(arena, next), i, (struct flow_range) { first, i });
	}
	if (lex_is(token, "for"))
		for (size_t j = i + 1; j < i + MOST && (lex_at(lex, j)->kind == LEX_NAME ||
		                                        lex_is(lex_at(lex, j), ",") || lex_is(lex_at(lex, j), "("));
		     ++j) {
			if (lex_is(lex_at(lex, j), "in"))
				break;
			if (lex_at(lex, j)->kind != LEX_NAME)
				continue;
			if (j == i + 1 && lex_is(lex_at(lex, j + 1), "in"))
				flow_bind_element(flow, word(arena, lex_at(lex, j)), i,
				                  (struct flow_range) { j + 2, list_end(flow, j + 2) });
			else if (!bind_pair(flow, i, j))
				flow_bind_value(flow, word(arena, lex_at(lex, j)), i, &unknown);
		}
}

/** "mk = tempfile.mktemp": a function under another name. */
static void alias_function(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	size_t end = i + 2;

	if (!lex_is(lex_at(lex, i + 1), "=") || lex_at(lex, end)->kind != LEX_NAME)
		return;
	const char *name = dotted(flow_arena(flow), lex, &end);
	if (lex_at(lex, end)->kind != LEX_NEWLINE && lex_at(lex, end)->kind != LEX_CLOSE)
		return;
	const char *full = flow_resolved(flow, name);
	for (const struct script_call *row = calls; row->name; ++row)
		if (strcmp(row->name, full) == 0)
			flow_alias(flow, word(flow_arena(flow), lex_at(lex, i)), full);
}

/** "m = __import__("os")", "m = importlib.import_module("os")", which are one name for the lexer: a module. */
static void alias_module(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *module = lex_at(lex, i + 2);

	if (lex_is(lex_at(lex, i + 1), "=") && module->kind == LEX_NAME && module->text[0] == '@' &&
	    lex_at(lex, i + 3)->kind >= LEX_NEWLINE)
		flow_alias(flow, word(flow_arena(flow), lex_at(lex, i)), word(flow_arena(flow), module) + 1);
}

/** "w = partial(open, mode="w")": the function, with arguments. */
static void alias_partial(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	const struct lex_token *open = lex_at(lex, i + 4);
	size_t at = i + 2;

	if (!lex_is(lex_at(lex, i + 1), "=") || lex_at(lex, at)->kind != LEX_NAME)
		return;
	const char *maker = flow_resolved(flow, dotted(flow_arena(flow), lex, &at));
	if (strcmp(maker, "functools.partial") != 0 || !lex_is(lex_at(lex, at), "("))
		return;
	const size_t end = flow_partner(flow, at);
	++at;
	const char *full = flow_resolved(flow, dotted(flow_arena(flow), lex, &at));
	open = lex_at(lex, at);
	for (; strcmp(full, "open") == 0 && at < end; ++at)
		if (lex_is(lex_at(lex, at), "mode") && lex_at(lex, at + 2)->kind == LEX_STRING &&
		    memchr(lex_at(lex, at + 2)->text, 'w', lex_at(lex, at + 2)->length))
			full = PARTIAL_OPEN;
	if (lex_is(open, ",") || lex_is(open, ")"))
		flow_alias(flow, word(flow_arena(flow), lex_at(lex, i)), full);
}

/** NAME.update(KEY=VALUE, …): parts of it; setattr(self, "NAME", VALUE) one of the object. */
static void bind_update(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	size_t at = i + 2;

	if (!lex_is(lex_at(lex, i + 1), "("))
		return;
	if (lex_is(lex_at(lex, i), "setattr")) {
		if (lex_is(lex_at(lex, i + 3), ",") && lex_at(lex, i + 4)->kind == LEX_STRING &&
		    lex_is(lex_at(lex, i + 5), ","))
			flow_bind(flow,
			          arena_text(arena, "%s.%s", word(arena, lex_at(lex, at)),
			                     word(arena, lex_at(lex, i + 4))),
			          i, (struct flow_range) { i + 6, flow_expression_end(flow, i + 6) });
		return;
	}
	const size_t start = flow_call_start(flow, i - 1);
	if (i < 2 || !lex_is(lex_at(lex, i - 1), ".") || start + 1 >= i)
		return;
	size_t behind = start;
	const char *owner = dotted(arena, lex, &behind);
	if (behind != i + 1)
		return;
	owner = arena_bytes(arena, owner, (size_t)(strrchr(owner, '.') - owner));
	while (lex_at(lex, at)->kind == LEX_NAME && lex_is(lex_at(lex, at + 1), "=")) {
		const size_t end = flow_expression_end(flow, at + 2);

		flow_bind(flow, arena_text(arena, "%s.%s", owner, word(arena, lex_at(lex, at))), i,
		          (struct flow_range) { at + 2, end });
		at = end + lex_is(lex_at(lex, end), ",");
	}
}

/** add_argument("-l", "--log-file", default=VALUE): the part log_file of what is parsed, unless it is given. */
static void bind_option(struct flow *flow, size_t i) {
	const struct lex *lex = flow_lex(flow);
	struct arena *arena = flow_arena(flow);
	const struct lex_token *name = NULL, *key;
	struct flow_range range = { 0 };

	if (!lex_is(lex_at(lex, i + 1), "("))
		return;
	for (size_t at = i + 2; lex_at(lex, at)->kind != LEX_END; ++at) {
		const size_t end = flow_expression_end(flow, at);

		key = lex_at(lex, at);
		if (key->kind == LEX_STRING && end == at + 1 && key->length > 2 && (!name || name->text[1] != '-'))
			name = key;
		else if (lex_is(key, "dest") && lex_is(lex_at(lex, at + 1), "=") &&
		         lex_at(lex, at + 2)->kind == LEX_STRING)
			name = lex_at(lex, at + 2);
		else if (lex_is(key, "default") && lex_is(lex_at(lex, at + 1), "="))
			range = (struct flow_range) { at + 2, end };
		if (!lex_is(lex_at(lex, end), ","))
			break;
		at = end;
	}
	if (!name || !range.end)
		return;
	char *part = arena_text(arena, ".%.*s", (int)name->length, name->text);
	const size_t dashes = strspn(part + 1, "-");
	memmove(part + 1, part + 1 + dashes, strlen(part + 1 + dashes) + 1);
	for (char *dash = part; (dash = strchr(dash, '-'));)
		*dash = '_';
	const struct value unknown = value_unknown();
	flow_bind(flow, part, i, range);
	flow_bind_value(flow, part, i, &unknown);
}

static void prepare(struct flow *flow) {
	static const char *const options[] = { "add_argument", "add_option", NULL };
	const struct lex *lex = flow_lex(flow);
	const struct value slash = value_literal(flow_arena(flow), "/", 1);

	flow_bind_value(flow, "os.sep", 0, &slash);
	flow_bind_value(flow, "os.path.sep", 0, &slash);
	for (size_t i = 0; lex_at(lex, i)->kind != LEX_END; ++i) {
		const struct lex_token *token = lex_at(lex, i);
		const uint8_t before = i ? lex_at(lex, i - 1)->kind : LEX_NEWLINE;
		const bool first = before == LEX_NEWLINE || before == LEX_OPEN || before == LEX_CLOSE ||
		                   (i && lex_is(lex_at(lex, i - 1), ":"));

		if (token->kind != LEX_NAME)
			continue;
		if (first && lex_is(token, "import"))
			import_module(flow, i);
		else if (first && lex_is(token, "from"))
			import_names(flow, i);
		else if (first) {
			alias_function(flow, i);
			alias_partial(flow, i);
			alias_module(flow, i);
		}
		/* LIST.append(VALUE), LIST.extend(VALUES). */
		if ((lex_is(token, "append") || lex_is(token, "extend")) && i > 1 && lex_is(lex_at(lex, i - 1), ".") &&
		    lex_at(lex, i - 2)->kind == LEX_NAME && lex_is(lex_at(lex, i + 1), "(") &&
		    (i < 3 || !lex_is(lex_at(lex, i - 3), ".")))
			flow_bind_also(flow, word(flow_arena(flow), lex_at(lex, i - 2)), i,
			               (struct flow_range) { i + 2, flow_expression_end(flow, i + 2) });
		if (lex_is(token, "update") || lex_is(token, "setattr"))
			bind_update(flow, i);
		if (flow_is_one(token, options))
			bind_option(flow, i);
		if (token->text[0] == '@')
			flow_alias(flow, word(flow_arena(flow), token), word(flow_arena(flow), token) + 1);
		bind_words(flow, i);
	}
}

/* Calls that need a closer look */

/** mktemp(): harmless in a directory of one's own, and no file at all for a pipe of Windows. */
static void do_mktemp(struct flow *flow, const struct flow_call *call) {
	const struct value name = flow_name_value(flow, call);
	const struct value dir = flow_argument(flow, call, 2, "dir"), prefix = flow_argument(flow, call, 1, "prefix");

	flow_result(flow, &name);
	if (text_starts(prefix.choices[0].text, "\\\\"))
		return;
	if (!flow_has_argument(call, 2, "dir")) {
		flow_name(flow, call, SCRIPT_MEDIUM, SCRIPT_HIGH);
		return;
	}
	for (unsigned i = 0; i < dir.count; ++i)
		if (value_class(dir.choices[i].text) == VALUE_FRESH || value_class(dir.choices[i].text) == VALUE_UNHELD)
			return;
	const bool shared = value_is_shared(dir.choices[0].text);
	flow_name(flow, call, shared ? SCRIPT_MEDIUM : SCRIPT_LOW, shared ? SCRIPT_HIGH : SCRIPT_LOW);
}

static void do_named_file(struct flow *flow, const struct flow_call *call) {
	const struct flow_argument *argument = flow_find_argument(call, 7, "delete");
	const struct value fresh = value_hole(flow_arena(flow), HOLE_FRESH);
	const struct lex *lex = flow_lex(flow);
	const struct flow_range all = { 0, SIZE_MAX };

	flow_result(flow, &fresh);
	if (argument && lex_is(lex_at(lex, argument->range.first), "False") && !flow_mentions(flow, all, "unlink") &&
	    !flow_mentions(flow, all, "remove") && !flow_mentions(flow, all, "rmtree") &&
	    !flow_mentions(flow, all, "rename") && !flow_mentions(flow, all, "replace") &&
	    !flow_mentions(flow, all, "move"))
		flow_report(flow, call, SCRIPT_NOTE, SCRIPT_LOW, NULL, "and the script never deletes it");
}

/** touch() takes what exists, unless it is told otherwise. */
static void do_touch(struct flow *flow, const struct flow_call *call) {
	const struct flow_argument *argument = flow_find_argument(call, 1, "exist_ok");

	flow_create(flow, call, &call->receiver,
	            argument && lex_is(lex_at(flow_lex(flow), argument->range.first), "False"));
}

/** dbm.open(NAME, FLAG): "c" and "n" create; it reads by default, but for what has "c" then. */
static void do_database(struct flow *flow, const struct flow_call *call) {
	const bool creating = call->row->path_keyword;
	const struct value path = flow_argument(flow, call, 0, creating ? call->row->path_keyword : "file"),
	                   flag = flow_argument(flow, call, 1, "flag");
	const bool said = flow_has_argument(call, 1, "flag") && *flag.choices[0].text > 0x20;

	if (said ? strpbrk(flag.choices[0].text, "cn") != NULL : creating)
		flow_create(flow, call, &path, false);
}

/** create_engine("sqlite:///NAME"). */
static void do_engine(struct flow *flow, const struct flow_call *call) {
	struct value path = flow_argument(flow, call, 0, "url");

	if (!text_starts(path.choices[0].text, "sqlite:///"))
		return;
	for (unsigned i = 0; i < path.count; ++i)
		if (text_starts(path.choices[i].text, "sqlite:///"))
			path.choices[i].text += strlen("sqlite:///");
	flow_create(flow, call, &path, false);
}

/** open(NAME, MODE, opener=FUNCTION): what opens it may see to it that there is none. */
static void do_open(struct flow *flow, const struct flow_call *call) {
	static const char *const excluding[] = { "O_EXCL", "O_TMPFILE", NULL };
	const struct flow_opening opening = flow_opening(flow, call);
	const struct flow_argument *opener = flow_find_argument(call, -9, "opener");
	const struct value path = flow_argument(flow, call, 0, call->row->path_keyword);

	if (opening.creates)
		flow_create(flow, call, &path,
		            opening.exclusive || (opener && flow_function_mentions(flow, opener->range, excluding)));
	else
		flow_result(flow, &path);
}

/** connect(NAME), or of a URI: connect("file:NAME?mode=ro", uri=True). */
static void do_connect(struct flow *flow, const struct flow_call *call) {
	static const char scheme[] = "file:", *const others[] = { "mode=ro", "mode=rw", "mode=memory", "immutable=1" };
	struct value path = flow_argument(flow, call, 0, call->row->path_keyword);

	for (unsigned i = 0; i < path.count; ++i) {
		const char *text = path.choices[i].text, *query = strchr(text, '?');

		if (!text_starts(text, scheme))
			continue;
		for (size_t k = 0; query && k < sizeof others / sizeof *others; ++k) {
			const char *found = strstr(query, others[k]);

			/* Of several, none may create it. */
			if (found && found[strlen(others[k])] != 'c')
				return;
		}
		text += strlen(scheme);
		/* file:///NAME, file://localhost/NAME. */
		if (text_starts(text, "//"))
			text += 2 + strcspn(text + 2, "/");
		path.choices[i].text = arena_bytes(flow_arena(flow), text, strcspn(text, "?"));
	}
	flow_create(flow, call, &path, false);
}

/** reduce(os.path.join, LIST), reduce(lambda a, b: a + "/" + b, LIST). */
static void do_reduce(struct flow *flow, const struct flow_call *call) {
	static const char *const joining[] = { "join", "joinpath", "truediv", NULL };
	const struct flow_argument *function = flow_find_argument(call, 0, NULL),
	                           *list = flow_find_argument(call, 1, NULL);
	const struct lex *lex = flow_lex(flow);
	bool paths = false;

	if (!function || !list)
		return;
	for (const char *const *word = joining; *word; ++word)
		paths |= flow_mentions(flow, function->range, *word);
	struct value separator = value_literal(flow_arena(flow), "", 0);
	for (size_t i = function->range.first; i < function->range.end; ++i)
		if (lex_at(lex, i)->kind == LEX_STRING)
			separator = value_literal(flow_arena(flow), lex_at(lex, i)->text, lex_at(lex, i)->length);
	const struct value value = paths ? flow_path_of(flow, list->range) : flow_joined(flow, list->range, &separator);
	flow_result(flow, &value);
}

/** add_argument(NAME, type=FileType("w"), default=PATH): the parser opens what it is by default. */
static void do_argument(struct flow *flow, const struct flow_call *call) {
	const struct lex *lex = flow_lex(flow);
	const struct flow_argument *type = flow_find_argument(call, -9, "type");
	const struct value path = flow_argument(flow, call, -9, "default");
	bool writes = false;

	if (!type || !flow_mentions(flow, type->range, "FileType"))
		return;
	for (size_t i = type->range.first; i < type->range.end; ++i) {
		const struct lex_token *mode = lex_at(lex, i);

		writes |= mode->kind == LEX_STRING && mode->length && (mode->text[0] == 'w' || mode->text[0] == 'a');
	}
	if (writes)
		flow_create(flow, call, &path, false);
}

/** getattr(OBJECT, NAME, DEFAULT): the object may have another. */
static void do_default(struct flow *flow, const struct flow_call *call) {
	const struct value unknown = value_unknown(), otherwise = flow_argument(flow, call, 2, NULL),
	                   value = value_either(&otherwise, &unknown);

	flow_result(flow, &value);
}

/** Template("$a/${b}").substitute(a=…, b=…), or of a dictionary. */
static void do_template(struct flow *flow, const struct flow_call *call) {
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	struct arena *arena = flow_arena(flow);
	const struct flow_argument *all = flow_find_argument(call, 0, NULL);
	const char *text = call->receiver.choices[0].text;
	struct value value = value_literal(arena, "", 0);

	while (*text) {
		const size_t plain = strcspn(text, "$");
		const struct value before = { .choices = { { .text = arena_bytes(arena, text, plain) } }, .count = 1 };

		value = value_concatenate(arena, &value, &before);
		text += plain + (text[plain] == '$');
		if (!text[0] || text[-1] != '$')
			break;
		const bool braces = *text == '{';
		const size_t length = strspn(text + braces, letters);
		const char *name = arena_bytes(arena, text + braces, length);
		const struct flow_argument *argument = flow_find_argument(call, -9, name);
		const struct value part = argument ? flow_value(flow, argument->range)
		                          : all    ? flow_member(flow, all->range, name)
		                                   : value_unknown();
		value = value_concatenate(arena, &value, &part);
		text += braces + length;
		text += braces && *text == '}';
	}
	flow_result(flow, &value);
}

/** dictConfig({"handlers": {…: {"filename": NAME}}}), or a dictionary that a variable is. */
static void do_handlers(struct flow *flow, const struct flow_call *call) {
	const struct lex *lex = flow_lex(flow);
	const struct flow_argument *argument = flow_find_argument(call, 0, "config");
	struct flow_range range = argument ? argument->range : (struct flow_range) { 0 };

	if (range.end == range.first + 1)
		range = flow_bound_range(flow, word(flow_arena(flow), lex_at(lex, range.first)), call->first);
	for (size_t i = range.first; i + 2 < range.end; ++i) {
		const struct lex_token *key = lex_at(lex, i);

		if (key->kind != LEX_STRING || key->length != strlen("filename") ||
		    memcmp(key->text, "filename", key->length) != 0 || !lex_is(lex_at(lex, i + 1), ":"))
			continue;
		const struct value path =
		        flow_value(flow, (struct flow_range) { i + 2, flow_expression_end(flow, i + 2) });
		flow_create(flow, call, &path, false);
	}
}

/** Another name in the same directory. */
static void do_sibling(struct flow *flow, const struct flow_call *call) {
	const struct value name = flow_argument(flow, call, 0, NULL);
	struct value path = call->receiver;

	for (unsigned i = 0; i < path.count; ++i) {
		const char *slash = strrchr(path.choices[i].text, '/');

		if (slash)
			path.choices[i].text = arena_bytes(flow_arena(flow), path.choices[i].text,
			                                   (size_t)(slash - path.choices[i].text));
	}
	path = value_join(flow_arena(flow), &path, &name);
	flow_result(flow, &path);
}

/** A tree of elements, or pages, is written to a name; what else writes has its file. */
static void do_write(struct flow *flow, const struct flow_call *call) {
	static const char *const makers[] = { "ElementTree", "etree", "PdfWriter", "PdfFileWriter", "PdfMerger", NULL };
	struct flow_range made = { call->first, call->end };
	bool writes = false;

	if (call->receiver_name) {
		made = flow_bound_range(flow, call->receiver_name, call->first);
		/* ET.parse(…). */
		writes = flow_mentions(flow, made, "ET") && flow_mentions(flow, made, "parse");
	}
	for (const char *const *row = makers; *row; ++row)
		writes |= flow_mentions(flow, made, *row);
	if (writes) {
		const struct value path = flow_argument(flow, call, 0, NULL);

		flow_create(flow, call, &path, false);
	}
}

static void special(struct flow *flow, const struct flow_call *call) {
	const char *name = call->row->name;

	if (strcmp(name, "getattr") == 0)
		do_default(flow, call);
	else if (call->row->mode == MODE_LETTERS)
		do_open(flow, call);
	else if (strcmp(name, ".add_argument") == 0)
		do_argument(flow, call);
	else if (text_ends(name, ".connect"))
		do_connect(flow, call);
	else if (text_ends(name, "reduce"))
		do_reduce(flow, call);
	else if (text_ends(name, "substitute"))
		do_template(flow, call);
	else if (text_ends(name, "dictConfig"))
		do_handlers(flow, call);
	else if (strcmp(name, ".split") == 0) {
		if (!call->narguments)
			flow_result(flow, &call->receiver);
	} else if (strcmp(name, ".touch") == 0)
		do_touch(flow, call);
	else if (text_ends(name, "dbm.open") || strstr(name, "dbm.") || text_starts(name, "shelve."))
		do_database(flow, call);
	else if (strcmp(name, "sqlalchemy.create_engine") == 0)
		do_engine(flow, call);
	else if (text_starts(name, ".with_"))
		do_sibling(flow, call);
	else if (strcmp(name, ".write") == 0)
		do_write(flow, call);
	else if (strcmp(call->row->name, "tempfile.mktemp") == 0)
		do_mktemp(flow, call);
	else
		do_named_file(flow, call);
}

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

const struct script_language language_python = {
	.name = "python",
	.title = "Python",
	.check = SCRIPT_PYTHON,
	.suffixes = LIST(".py", ".pyw", ".pyx"),
	.interpreters = LIST("python", "pypy", "jython", "ipython"),
	.lex = lex_python,
	.calls = calls,
	.variables = variables,
	.concatenate = LIST("+"),
	.join = LIST("/"),
	.either = LIST("or"),
	.assign = LIST("=", ":="),
	.append = LIST("+=", "|=", "/="),
	.functions = LIST("def"),
	.constructor = "__init__",
	.selves = LIST("self.", "cls."),
	.listing_braces = true,
	.methods_apart = true,
	.needs_imports = true,
	.keyword_arguments = true,
	.percent_formats = true,
	.prepare = prepare,
	.special = special,
};
