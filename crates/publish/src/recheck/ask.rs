//! The ones that ask: git repositories, and servers.
//!
//! The addresses are others'. Whoever may write a README must not have this machine ask what only this
//! machine can reach (its own services, the cloud's metadata, the network behind it), so every address
//! is looked at before each connection: its scheme, and the number that its name stands for *at that
//! moment*. A name that is public when it is looked at and private when it is used gains nothing: what
//! was looked up is what is connected to. Redirects are followed by hand, through the same door.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;

use client::{ClientError, World, agent};
use git::{Commit, GitError, Program, UrlPolicy, remote};
use reqwest::{
    Method, StatusCode,
    blocking::Client,
    dns::{Addrs, Name, Resolve, Resolving},
    header::LOCATION,
};
use url::{Host, Url};

use super::{Answer, Links, Sources};

/// Redirects that are followed.
const REDIRECTS: usize = 5;

/// Which addresses are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// https, and only numbers that everybody can reach.
    Public,
    /// http too, and every number: for a registry inside of a network, and for tests.
    Everything,
}

/// Repositories, through the `git` program.
pub struct Repositories {
    /// How git is started.
    pub program: Program,
    /// Which are asked.
    pub policy: UrlPolicy,
    /// An empty folder; each repository gets one in it.
    pub scratch: PathBuf,
}

impl Sources for Repositories {
    fn contained(&self, url: &str, commits: &[Commit]) -> Result<Vec<bool>, GitError> {
        let key = registry_index::Digest::of(url.as_bytes());
        let folder = self.scratch.join(key.short());
        std::fs::create_dir_all(&folder).map_err(|source| GitError::Files {
            doing: "make",
            path: folder.clone(),
            source,
        })?;
        remote::contained(&self.program, url, commits, &folder, &self.policy)
    }
}

/// Servers, over http.
pub struct Servers {
    client: Client,
    reach: Reach,
}

impl Servers {
    /// # Errors
    /// [`ClientError`] where the system's certificates cannot be read.
    pub fn new(world: &World, reach: Reach) -> Result<Self, ClientError> {
        let unusable = |why: String| ClientError::Unreachable {
            url: "https://".into(),
            why,
        };
        let mut builder = agent::builder(world).map_err(unusable)?;
        if reach == Reach::Public {
            // A proxy would look names up by itself, and reach what we must not.
            builder = builder.no_proxy().dns_resolver(Arc::new(PublicNames));
        }
        let client = builder
            .build()
            .map_err(|error| unusable(agent::reasons(&error)))?;
        Ok(Self { client, reach })
    }

    /// Whether this address may be asked; why not.
    fn refusal(&self, url: &Url) -> Option<&'static str> {
        if self.reach == Reach::Everything {
            return None;
        }
        if url.scheme() != "https" {
            return Some("only https is asked");
        }
        // A name is looked at when it is looked up.
        match url.host() {
            Some(Host::Ipv4(number)) if !is_public(number.into()) => Some("a private address"),
            Some(Host::Ipv6(number)) if !is_public(number.into()) => Some("a private address"),
            None => Some("it has no host"),
            _ => None,
        }
    }

    /// Asks with `method` and follows redirects.
    fn follow(&self, method: &Method, url: &Url) -> Result<StatusCode, String> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            if let Some(why) = self.refusal(&url) {
                return Err(why.to_owned());
            }
            // The answer's body is never read.
            let request = self.client.request(method.clone(), url.clone());
            let answer = request.send().map_err(|error| agent::reasons(&error))?;
            let status = answer.status();
            let next = answer
                .headers()
                .get(LOCATION)
                .filter(|_| status.is_redirection());
            let Some(next) = next else { return Ok(status) };
            let next = next.to_str().ok().and_then(|next| url.join(next).ok());
            url = next.ok_or("it redirects to nowhere")?;
        }
        Err("it redirects too often".into())
    }
}

impl Links for Servers {
    /// HEAD first; where that is not answered with yes, GET: some servers know no HEAD and call it 404.
    fn ask(&self, url: &Url) -> Answer {
        let asked = match self.follow(&Method::HEAD, url) {
            Ok(status) if status.is_success() => Ok(status),
            Ok(_) => self.follow(&Method::GET, url),
            Err(why) => Err(why),
        };
        match asked {
            Ok(StatusCode::NOT_FOUND) => Answer::Dead(404),
            Ok(StatusCode::GONE) => Answer::Dead(410),
            Ok(status) if status.is_success() => Answer::Alive,
            Ok(status) => Answer::Unknown(format!("the server says {}", status.as_u16())),
            Err(why) => Answer::Unknown(why),
        }
    }
}

/// Looks names up, and knows none that stands for a private number.
struct PublicNames;

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = (name.as_str(), 0).to_socket_addrs()?.collect();
            match found.iter().all(|found| is_public(found.ip())) {
                true => Ok(Box::new(found.into_iter()) as Addrs),
                false => Err("the name stands for a private address".into()),
            }
        })
    }
}

/// Whether everybody can reach this number.
/// Source: IANA, "IPv4 Special-Purpose Address Registry" and the same for IPv6.
fn is_public(number: IpAddr) -> bool {
    match number {
        IpAddr::V4(number) => is_public_4(number),
        IpAddr::V6(number) => is_public_6(number),
    }
}

fn is_public_4(number: Ipv4Addr) -> bool {
    let [a, b, c, _] = number.octets();
    !(a == 0
        || number.is_loopback()
        || number.is_private()
        || number.is_link_local()
        || number.is_documentation()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        // Multicast, reserved, broadcast.
        || a >= 224)
}

fn is_public_6(number: Ipv6Addr) -> bool {
    let parts = number.segments();
    // Numbers of the old kind in the dress of the new one: mapped, and through gateways.
    if let Some(old) = number.to_ipv4_mapped() {
        return is_public_4(old);
    }
    let within = |at: usize| {
        let [a, b] = parts[at].to_be_bytes();
        let [c, d] = parts[at + 1].to_be_bytes();
        is_public_4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] => within(6),
        [0x2002, ..] => within(1),
        // Everything that is given out lies in 2000::/3; documentation and Teredo in it do not count.
        [0x2001, 0xdb8 | 0, ..] | [0x3fff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn numbers_that_only_this_machine_reaches_are_not_public() {
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.0.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::1",
            "2001:db8::1",
            "2001::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "3fff::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "172.32.0.1",
            "192.1.0.1",
            "198.20.0.1",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2a00:1450::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}
