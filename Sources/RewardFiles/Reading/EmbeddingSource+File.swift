import Compute
import Files
import Foundation

extension EmbeddingSource {
  /// Looks at a `.npy` or safetensors file without reading its numbers.
  ///
  /// - Parameters:
  ///   - file: A file that is not packed; its kind is recognised by its first bytes.
  ///   - rows: The rows of the preference files, usable or not; the arrays must have as many.
  public init(_ file: URL, rows: Int) throws {
    let handle = try RandomAccessFile(file)
    let magic = try handle.read(0, min(8, handle.size))
    var arrays: [(name: String, array: EmbeddingArray)]
    if magic.starts(with: [0x93] + Array("NUMPY".utf8)) {
      arrays = [("", try EmbeddingHeaders.numPy(handle))]
    } else {
      arrays = try EmbeddingHeaders.safetensors(handle)
    }
    let named = Dictionary(arrays.map { ($0.name, $0.array) }, uniquingKeysWith: { a, _ in a })
    if let chosen = named["chosen"], let rejected = named["rejected"] {
      guard chosen.shape == rejected.shape, chosen.shape.count == 2, chosen.element == rejected.element else {
        throw InputError(
          "chosen is \(chosen.shape) of \(chosen.element.rawValue), rejected \(rejected.shape) of "
            + "\(rejected.element.rawValue)", at: file.path, remedy: "both must be rows × width of one kind")
      }
      try self.init(file, rows: rows, array: chosen, perRow: 1, rejectedStart: rejected.start)
      return
    }
    guard arrays.count == 1, let array = arrays.first?.array else {
      throw InputError(
        "the arrays are called " + arrays.map(\.name).sorted().prefix(8).joined(separator: ", "), at: file.path,
        remedy: "give 'chosen' and 'rejected', or one array")
    }
    if array.shape.count == 3, array.shape[1] == 2 {
      try self.init(file, rows: rows, array: array, perRow: 2, rejectedStart: nil)
    } else if array.shape.count == 2, array.shape[0] == 2 * rows, rows > 0 {
      var pairs = array
      pairs.shape = [rows, 2, array.shape[1]]
      try self.init(file, rows: rows, array: pairs, perRow: 2, rejectedStart: nil)
    } else if array.shape.count == 2 {
      try self.init(file, rows: rows, array: array, perRow: 1, rejectedStart: nil)
    } else {
      throw InputError(
        "shape \(array.shape) is not rows × width, 2·rows × width or rows × 2 × width", at: file.path,
        remedy: "reshape the array")
    }
  }

  private init(_ file: URL, rows: Int, array: EmbeddingArray, perRow: Int, rejectedStart: Int?) throws {
    guard array.shape[0] == rows else {
      throw InputError(
        "\(array.shape[0]) rows of embeddings for \(rows) rows of preferences", at: file.path,
        remedy: "embed every row of the preference file, bad ones included, in its order")
    }
    self.file = file
    rowCount = rows
    width = array.shape.last!
    guard width > 0, width <= 1 << 20 else {
      throw InputError("a vector of \(width) numbers", at: file.path, remedy: "from 1 to 1,048,576 are read")
    }
    element = array.element
    chosenStart = array.start
    stride = perRow * width * element.byteCount
    hasRejected = perRow == 2 || rejectedStart != nil
    self.rejectedStart = rejectedStart ?? array.start + width * element.byteCount
  }
}

/// An array within a file.
struct EmbeddingArray {
  var element: EmbeddingElement
  var shape: [Int]
  /// Where its numbers begin in the file.
  var start: Int

  /// Bytes of all the numbers; nil if that does not fit.
  var byteCount: Int? {
    shape.reduce(element.byteCount as Int?) { size, count in
      guard let size, count >= 0 else { return nil }
      let (product, overflow) = size.multipliedReportingOverflow(by: count)
      return overflow ? nil : product
    }
  }
}
