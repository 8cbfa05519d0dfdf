//! The world as it is: files, sockets, users and processes of a Unix.

mod bare;
mod blocked;
mod clients;
mod descriptors;
mod errand;
mod files;
mod process;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use anteroom_core::{ErrorKind, ServerName, SocketOptions};
use nix::unistd::geteuid;
use rustix::fs::{Mode, RawMode};
use rustix::process::Rlimit;
use tempfile::{Builder, TempDir};

use self::clients::Clients;
use self::errand::{Errand, Task};
use self::files::Plants;
use crate::clauses::Platform;
use crate::{Caps, ClientState, ClientTag, Descriptor, DescriptorKind, Entry, Plant, Step, World};

pub(crate) use errand::carry_out_errand;

/// The real operating system, with a directory of the case's own.
///
/// Clients, rivals and descriptors are made by system calls alone, so that nothing which is under
/// test helps to test itself.
///
/// # Platform-specific behavior
///
/// Linux shows when a thread is blocked, and lets a process look at its descriptors by number;
/// elsewhere the methods for that do without, or panic.
pub struct OsWorld {
    directory: TempDir,
    clients: Clients,
    plants: Plants,
    /// Files outside the directory, which have to be removed one by one.
    outside: BTreeSet<ServerName>,
    descriptor_limit: Option<Rlimit>,
}

impl OsWorld {
    /// Makes a world with an empty directory.
    ///
    /// # Panics
    ///
    /// Panics when the system does not even allow for that.
    pub fn new() -> Self {
        // Not in TMPDIR, which is long on some systems: an address holds about a hundred bytes.
        let directory = Builder::new()
            .prefix("at-")
            .tempdir_in("/tmp")
            .expect("a temporary directory can be made");
        // A case may act as another user, who then has to be able to make a socket file.
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o777))
            .expect("the directory can be opened to others");
        Self {
            directory,
            clients: Clients::default(),
            plants: Plants::default(),
            outside: BTreeSet::new(),
            descriptor_limit: None,
        }
    }

    fn in_directory(&self, inside: &str) -> ServerName {
        full_name(&self.directory.path().join(inside))
    }

    /// Returns a name that starts like that of the directory, which nobody else has.
    fn unique(&self, stem: &str) -> String {
        let directory = self.directory.path().file_name();
        let unique = directory.and_then(|name| name.to_str());
        format!("{}-{stem}", unique.expect("the directory has a plain name"))
    }
}

impl Default for OsWorld {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for OsWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OsWorld")
            .field("directory", &self.directory.path())
            .finish_non_exhaustive()
    }
}

impl Drop for OsWorld {
    fn drop(&mut self) {
        for name in &self.outside {
            files::delete(files::path(name));
        }
    }
}

impl World for OsWorld {
    fn caps(&self) -> Caps {
        let is_linux = Platform::current() == Platform::Linux;
        let is_root = geteuid().is_root();
        Caps {
            platform: Platform::current(),
            variant: match (is_linux, is_root) {
                (true, true) => "root",
                (true, false) => "user",
                (false, true) => "unix_root",
                (false, false) => "unix_user",
            },
            files: true,
            modes: is_linux,
            abstract_names: is_linux,
            users: is_root,
            processes: true,
            descriptors: true,
            queue_waits: is_linux,
            long_queue: is_linux,
        }
    }

    fn full_name(&mut self, stem: &str) -> ServerName {
        self.in_directory(stem)
    }

    fn plain_name(&mut self, stem: &str) -> ServerName {
        let name = ServerName::from(self.unique(stem));
        let resolved = self.resolved(&name);
        if resolved.as_bytes().starts_with(b"/") {
            self.outside.insert(resolved);
        }
        name
    }

    fn abstract_name(&mut self, stem: &str) -> ServerName {
        ServerName::from(self.unique(stem))
    }

    fn resolved(&mut self, plain: &ServerName) -> ServerName {
        let directory = std::env::var_os("TMPDIR")
            .filter(|directory| !directory.is_empty())
            .unwrap_or_else(|| OsString::from("/tmp"));
        let plain = OsString::from_vec(plain.as_bytes().to_vec());
        full_name(&Path::new(&directory).join(plain))
    }

    fn inherit_acl(&mut self, user: u32) -> bool {
        files::set_default_acl(self.directory.path(), user)
    }

    fn entry(&mut self, full_name: &ServerName) -> Entry {
        files::entry(files::path(full_name))
    }

    fn plant(&mut self, full_name: &ServerName, plant: Plant) {
        self.plants.plant(full_name, plant);
    }

    fn is_untouched(&mut self, full_name: &ServerName) -> bool {
        self.plants.is_untouched(full_name)
    }

    fn rival_serves(&mut self, full_name: &ServerName) -> bool {
        self.plants.rival_serves(full_name)
    }

    fn delete(&mut self, full_name: &ServerName) {
        files::delete(files::path(full_name));
    }

    fn list(&mut self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.directory.path())
            .expect("the case leaves its directory where it is")
            .map(|entry| entry.expect("an entry can be read").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort_unstable();
        names
    }

    fn connect(&mut self, full_name: &ServerName, options: SocketOptions) -> ClientTag {
        self.clients.connect(full_name, options)
    }

    fn client(&mut self, client: ClientTag) -> ClientState {
        self.clients.state(client)
    }

    fn write(&mut self, client: ClientTag, bytes: &[u8]) -> Step {
        self.clients.write(client, bytes)
    }

    fn read(&mut self, client: ClientTag, at_most: usize) -> Step {
        self.clients.read(client, at_most)
    }

    fn shutdown_write(&mut self, client: ClientTag) {
        self.clients.shutdown_write(client);
    }

    fn drop_client(&mut self, client: ClientTag) {
        self.clients.drop_client(client);
    }

    fn connect_when_blocked(&mut self, full_name: &ServerName) -> ClientTag {
        self.clients.connect_when_blocked(full_name)
    }

    fn connect_as(
        &mut self,
        user: u32,
        group: u32,
        full_name: &ServerName,
    ) -> Result<(), ErrorKind> {
        let errand = Errand {
            task: Task::Connect,
            user,
            group,
            full_name: full_name.clone(),
        };
        errand::outcome(errand.start().wait().expect("a child can be waited for"))
    }

    fn act_as(&mut self, user_and_group: Option<(u32, u32)>) {
        process::act_as(user_and_group);
    }

    fn guarded_name(&mut self, stem: &str) -> ServerName {
        let guarded = self.directory.path().join("guarded");
        if !guarded.exists() {
            fs::create_dir(&guarded).expect("a directory can be made");
            fs::set_permissions(&guarded, fs::Permissions::from_mode(0o755))
                .expect("the directory can be opened to others");
        }
        full_name(&guarded.join(stem))
    }

    fn is_breached(
        &mut self,
        user: u32,
        group: u32,
        full_name: &ServerName,
        run: &mut dyn FnMut(),
    ) -> bool {
        let errand = Errand {
            task: Task::Besiege,
            user,
            group,
            full_name: full_name.clone(),
        };
        let mut besieger = errand.start();
        loop {
            run();
            if let Some(status) = besieger.try_wait().expect("a child can be waited for") {
                return errand::outcome(status).is_ok();
            }
        }
    }

    fn shut_down_number(&mut self, number: i64) {
        descriptors::shut_down(number);
    }

    fn descriptor(&mut self, kind: DescriptorKind, full_name: &ServerName) -> Descriptor {
        Descriptor::Real(descriptors::make(kind, full_name))
    }

    fn duplicate(&mut self, descriptor: &Descriptor) -> Descriptor {
        let duplicate = real(descriptor).try_clone();
        Descriptor::Real(duplicate.expect("a descriptor can be duplicated"))
    }

    fn number(&mut self, descriptor: &Descriptor) -> i64 {
        real(descriptor).as_raw_fd().into()
    }

    fn flags(&mut self, descriptor: &Descriptor) -> (bool, bool) {
        descriptors::flags(real(descriptor))
    }

    fn flags_of_number(&mut self, number: i64) -> (bool, bool) {
        descriptors::flags_of(number)
    }

    fn address_of_number(&mut self, number: i64) -> Option<ServerName> {
        descriptors::address_of(number)
    }

    fn open_descriptors(&mut self) -> usize {
        process::open_descriptors().len()
    }

    fn inheritable_descriptors(&mut self) -> usize {
        let open = process::open_descriptors().into_iter();
        open.filter(|number| {
            let number = i64::try_from(*number).expect("a descriptor has a small number");
            !self.flags_of_number(number).1
        })
        .count()
    }

    fn limit_descriptors(&mut self, spare: usize) {
        let before = process::limit_descriptors(spare);
        self.descriptor_limit.get_or_insert(before);
    }

    fn unlimit_descriptors(&mut self) {
        if let Some(before) = self.descriptor_limit.take() {
            process::set_limit(before);
        }
    }

    fn in_forked_child(&mut self, run: &mut dyn FnMut()) {
        process::in_forked_child(run);
    }

    fn in_pid_namespace(&mut self, run: &mut dyn FnMut(&mut dyn World)) -> bool {
        let has_namespaces = process::has_pid_namespaces();
        if has_namespaces {
            process::in_pid_namespace(&mut || run(self));
        }
        has_namespaces
    }

    fn processor_time(&mut self) -> Duration {
        process::processor_time()
    }

    fn set_umask(&mut self, umask: u32) {
        rustix::process::umask(Mode::from_bits_truncate(umask as RawMode));
    }
}

fn full_name(path: &Path) -> ServerName {
    ServerName::from(path.as_os_str().to_owned().into_vec())
}

fn real(descriptor: &Descriptor) -> &OwnedFd {
    match descriptor {
        Descriptor::Real(descriptor) => descriptor,
        Descriptor::Simulated(_) => panic!("a simulated descriptor has strayed into the world"),
    }
}
