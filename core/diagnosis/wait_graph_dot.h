#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/diagnosis/wait_graph_part.h"

namespace leasescope {

/// Graphviz's text for it, in UTF-8: sessions are nodes named by their lease in hex, and labelled with who
/// they say they are, too; an edge goes from who waits to whom it waits for and is labelled with the lock's
/// name, printable; circles are red. What is left out is said in the graph's own label.
std::string toDot(const WaitGraphPart& part, const SessionIdentities& identities = {});

/// Text as an attribute between quotation marks, which it puts around it: nothing in it is taken for syntax,
/// an escape or an HTML entity. `text` is UTF-8.
std::string dotQuoted(std::string_view text);

/// At most so many characters, the middle left out. `text` is UTF-8.
std::string shortened(std::string_view text, std::size_t mostCharacters);

}  // namespace leasescope
