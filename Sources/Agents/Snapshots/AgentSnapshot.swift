import Foundation

/// A learner between two iterations, whole: from it, training goes on bit for bit as if it had never stopped.
///
/// The tensors belong into a safetensors file, the state (canonical JSON) beside them.
public struct AgentSnapshot: Sendable, Hashable, Codable {
  /// Named numbers.
  public struct Tensor: Sendable, Hashable, Codable {
    /// The tensor's name in the file.
    public var name: String
    /// Its sizes, outermost first.
    public var shape: [Int]
    /// The numbers, row by row.
    public var values: [Float]

    /// A tensor by its parts.
    public init(name: String, shape: [Int], values: [Float]) {
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// In a fixed order.
  public var tensors: [Tensor]
  /// Counters and statistics: JSON with sorted keys.
  public var state: Data

  /// A snapshot by its two parts.
  public init(tensors: [Tensor], state: Data) {
    self.tensors = tensors
    self.state = state
  }
}
