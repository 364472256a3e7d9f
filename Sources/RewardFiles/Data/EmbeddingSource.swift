import Compute
import Foundation

/// Embeddings of a preference file's replies, read from disk a block at a time and never held whole.
///
/// ```swift
/// input.embeddings = try EmbeddingSource(URL(fileURLWithPath: "embeddings.npy"), rows: table.fileRowCount)
/// ```
///
/// Row i of the arrays belongs to row i of the preference files, rows set aside included.
///
/// | file | arrays | meaning |
/// |---|---|---|
/// | safetensors | `chosen` and `rejected`, rows × width | one vector for each reply |
/// | safetensors | one array, as below | |
/// | `.npy` | rows × 2 × width | chosen, rejected |
/// | `.npy` | 2·rows × width | chosen and rejected in turns |
/// | `.npy` | rows × width | one vector for each pair; ``hasRejected`` is false |
///
/// Numbers are float16, bfloat16 (safetensors only), float32 or float64, little-endian, in C order.
public struct EmbeddingSource: Sendable {
  /// Where the embeddings stand.
  public let file: URL
  /// Rows of the preference files.
  public let rowCount: Int
  /// Numbers in a vector.
  public let width: Int
  /// Whether the rejected replies have vectors of their own.
  public let hasRejected: Bool

  let element: EmbeddingElement
  /// Where row 0's vectors begin, and how far apart rows are, in bytes.
  let chosenStart: Int
  let rejectedStart: Int
  let stride: Int

  /// Rows in a block: about 4 MB of the file.
  public var rowsPerBlock: Int { max(1, (4 << 20) / max(1, width * element.byteCount * (hasRejected ? 2 : 1))) }
}

/// Numbers that embeddings may be stored as.
enum EmbeddingElement: String, Sendable {
  case float16 = "F16"
  case bfloat16 = "BF16"
  case float32 = "F32"
  case float64 = "F64"

  var byteCount: Int {
    switch self {
    case .float16, .bfloat16: 2
    case .float32: 4
    case .float64: 8
    }
  }
}

/// Some consecutive rows of embeddings, as 32-bit floats. Valid only inside the closure that it is given to.
package struct EmbeddingBlock {
  /// Rows of the preference table.
  package let rows: Range<Int>
  /// Numbers of one embedding.
  package let width: Int
  /// All the chosen replies' vectors, row after row.
  package let chosen: UnsafeBufferPointer<Float>
  /// All the rejected replies' vectors; empty if there are none.
  package let rejected: UnsafeBufferPointer<Float>

  /// How many rows the block has.
  package var count: Int { rows.count }

  /// The vector of the block's row `index`, counted from 0.
  package func chosen(_ index: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: chosen[(index * width)..<((index + 1) * width)])
  }

  /// The embedding of the other reply of this row.
  package func rejected(_ index: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: rejected[(index * width)..<((index + 1) * width)])
  }
}
