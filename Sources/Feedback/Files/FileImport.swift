/// What was read from another tool's file, and what of the file could not be carried over.
public struct FileImport<Content: Sendable>: Sendable {
  /// What was read.
  public var content: Content
  /// One sentence for each thing that the file holds and `content` does not; empty if nothing is lost.
  public var notes: [String]

  /// Takes the parts as they are.
  public init(_ content: Content, notes: [String] = []) {
    self.content = content
    self.notes = notes
  }
}

extension FileImport: Equatable where Content: Equatable {}
