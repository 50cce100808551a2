//! The child process that touches a hostile file. GDAL is two million lines of other people's code: what it does to this
//! process under such a file, it does to nobody else.
//!
//! Parent and child are the same program. They speak in frames over the child's standard input and output.

use std::{
    io::{self, BufReader, BufWriter, Read, Write},
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use nix::sys::{
    resource::{Resource, setrlimit},
    signal::Signal,
};
use serde::{Serialize, de::DeserializeOwned};
use tempfile::TempDir;

/// Memory that the child may map. A layer of a million parcels takes less than half of it.
const MEMORY_MAX: u64 = 4 << 30;
/// Longest file that it may write, when it unpacks.
const FILE_MAX: u64 = 3 << 30;
/// Files that it may hold open: a shapefile is five, a geodatabase some three for each of its layers.
const FILES_MAX: u64 = 512;
/// Processor time. A million parcels take a minute.
const PROCESSOR_MAX: Duration = Duration::from_mins(15);
/// Time by the clock on the wall, for what waits and does not work.
const WALL_MAX: Duration = Duration::from_mins(20);
/// Exit code of a child that took longer.
const TOO_LONG: i32 = 3;

/// Longest frame: rows that replace others travel together.
const FRAME_MAX: u32 = 1 << 30;

/// A child at work. Dropping it ends it, with all that it has written to disk.
pub struct Sandbox {
    child: Child,
    input: Option<BufWriter<ChildStdin>>,
    output: BufReader<ChildStdout>,
    // The last field, so that the folder goes after the child.
    _folder: TempDir,
}

/// How a child ended that did not end well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// It took too long.
    TooLong,
    /// It crashed, or was refused the memory that it asked for.
    Crashed,
    /// Somebody ended it: a person, or a machine without memory. The file may be well.
    Killed,
}

impl Sandbox {
    /// Starts `program` with `word`, knowing nothing of our environment.
    pub fn start(program: &Path, word: &str) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("catastro-").tempdir()?;
        let mut child = Command::new(program)
            .arg(word)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("TMPDIR", folder.path())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What GDAL says there quotes the file.
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the child has no pipes"));
        };
        Ok(Self {
            child,
            input: Some(BufWriter::new(input)),
            output: BufReader::new(output),
            _folder: folder,
        })
    }

    /// Tells the child something.
    pub fn tell(&mut self, what: &impl Serialize) -> io::Result<()> {
        match &mut self.input {
            Some(input) => write(input, what),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Hears the child's next word.
    pub fn hear<T: DeserializeOwned>(&mut self) -> io::Result<T> {
        read(&mut self.output)
    }

    /// Whether it has ended by itself, or does so at once.
    fn is_over(&mut self) -> bool {
        (0..50).any(|_| {
            let over = matches!(self.child.try_wait(), Ok(Some(_)));
            if !over {
                std::thread::sleep(Duration::from_millis(2));
            }
            over
        })
    }

    /// How a child ended that fell silent.
    pub fn ending(mut self) -> Ending {
        // It has just fallen silent; one that still runs has said what makes no sense.
        let was_over = self.is_over();
        let _ = self.child.kill();
        match self.child.wait() {
            Ok(status) if status.code() == Some(TOO_LONG) => Ending::TooLong,
            Ok(status) if status.signal() == Some(Signal::SIGXCPU as i32) => Ending::TooLong,
            Ok(status) if was_over && status.signal() == Some(Signal::SIGKILL as i32) => {
                Ending::Killed
            }
            _ => Ending::Crashed,
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The child's side: takes the limits on itself, before it hears of any file.
pub fn confine() -> io::Result<()> {
    for (resource, limit) in [
        (Resource::RLIMIT_AS, MEMORY_MAX),
        (Resource::RLIMIT_FSIZE, FILE_MAX),
        (Resource::RLIMIT_NOFILE, FILES_MAX),
        (Resource::RLIMIT_CPU, PROCESSOR_MAX.as_secs()),
        (Resource::RLIMIT_CORE, 0),
    ] {
        setrlimit(resource, limit, limit)?;
    }
    std::thread::Builder::new()
        .name("watch".to_owned())
        .spawn(|| {
            std::thread::sleep(WALL_MAX);
            std::process::exit(TOO_LONG);
        })?;
    Ok(())
}

/// The child's side: ends with whoever started it, whatever else it is doing. From here on nothing more is heard.
pub fn end_with_parent() -> io::Result<()> {
    std::thread::Builder::new()
        .name("parent".to_owned())
        .spawn(|| {
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            std::process::exit(0);
        })?;
    Ok(())
}

/// Writes a frame: its length, then the value.
pub fn write(output: &mut impl Write, what: &impl Serialize) -> io::Result<()> {
    let bytes = postcard::to_stdvec(what).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len())
        .ok()
        .filter(|length| *length <= FRAME_MAX)
        .ok_or_else(|| io::Error::other("a frame is too long"))?;
    output.write_all(&length.to_be_bytes())?;
    output.write_all(&bytes)?;
    output.flush()
}

/// Reads a frame. Its memory is taken as its bytes come, not as its length promises.
pub fn read<T: DeserializeOwned>(input: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length > FRAME_MAX {
        return Err(io::Error::other("a frame is too long"));
    }
    let mut bytes = Vec::new();
    input.take(length.into()).read_to_end(&mut bytes)?;
    postcard::from_bytes(&bytes).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_cut_off_is_an_error() {
        let mut bytes = Vec::new();
        write(&mut bytes, &("lotes", 7_u128)).expect("written");
        let back: (String, u128) = read(&mut bytes.as_slice()).expect("read");
        assert_eq!(back, ("lotes".to_owned(), 7));
        for cut in 0..bytes.len() {
            assert!(read::<(String, u128)>(&mut &bytes[..cut]).is_err(), "{cut}");
        }
        let promise = u32::MAX.to_be_bytes();
        assert!(read::<String>(&mut promise.as_slice()).is_err());
    }
}
