//! The one http client: its TLS, its proxies, its patience with a silent connection. Sites are read
//! with it, and forges asked.

use std::sync::Arc;

use reqwest::blocking::{Client, ClientBuilder};
use url::Url;

use crate::{ClientError, World};

/// A client that follows no redirect by itself. Proxies are those of the system and of the customary
/// environment variables, which the client library reads.
///
/// # Errors
/// [`ClientError::Unreachable`] where the system's certificates cannot be read.
pub fn agent(url: &Url, world: &World) -> Result<Client, ClientError> {
    let unusable = |why: String| ClientError::Unreachable {
        url: url.to_string(),
        why,
    };
    let builder = builder(world).map_err(unusable)?;
    builder.build().map_err(|error| unusable(reasons(&error)))
}

/// The same, for whoever has more to say, such as which names are looked up.
///
/// # Errors
/// Why the system's certificates cannot be read.
pub fn builder(world: &World) -> Result<ClientBuilder, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            let verifier = rustls_platform_verifier::Verifier::new(provider)?;
            Ok(builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(verifier))
                .with_no_client_auth())
        })
        .map_err(|error: rustls::Error| error.to_string())?;
    let builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(&world.user_agent)
        .connect_timeout(world.patience)
        // Holds for each read by itself: a stalled connection is left, a slow one is not. How long a
        // whole answer may take is seen to where it is read.
        .timeout(world.patience);
    Ok(builder)
}

/// An error's innermost cause: reqwest alone only says "error sending request".
pub fn reasons(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
