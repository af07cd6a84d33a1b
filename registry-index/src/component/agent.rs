//! Agent specs: Markdown sections, as Paracle's `AgentSpecValidator` reads them.
