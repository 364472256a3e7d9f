import Compute
import Files

/// The headers of embedding files. Only these few kilobytes are read; the numbers stay on disk.
enum EmbeddingHeaders {
  private static let maximumSize = 16 << 20

  /// `.npy`, versions 1 to 3: little-endian floats in C order.
  static func numPy(_ file: RandomAccessFile) throws -> EmbeddingArray {
    let header = try NumPyHeader(file.read(0, min(file.size, NumPyHeader.maximumWholeSize)), file: file.path)
    let element: EmbeddingElement? =
      switch header.code {
      case "f2": .float16
      case "f4": .float32
      case "f8": .float64
      default: nil
      }
    guard let element, !header.bigEndian else {
      throw InputError(
        "element type '\(header.bigEndian ? ">" : "")\(header.code)'", at: file.path,
        remedy: "embeddings are little-endian f2, f4 or f8: array.astype('<f4')")
    }
    guard !header.fortranOrder else {
      throw InputError(
        "the array is in Fortran order", at: file.path, remedy: "save numpy.ascontiguousarray(array)")
    }
    guard (1...3).contains(header.shape.count) else {
      throw InputError(
        "a shape of other than one to three dimensions", at: file.path, remedy: "save rows × width, or rows × 2 × width"
      )
    }
    let array = EmbeddingArray(element: element, shape: header.shape, start: header.size)
    guard let bytes = array.byteCount, bytes == file.size - array.start else {
      throw InputError(
        "shape \(array.shape) does not fit the \(file.size - array.start) bytes after the header", at: file.path,
        remedy: "the file is truncated or damaged; save it again")
    }
    return array
  }

  /// The float tensors of a safetensors file; tensors of other kinds are passed over.
  static func safetensors(_ file: RandomAccessFile) throws -> [(name: String, array: EmbeddingArray)] {
    let unknown = InputError(
      "neither a NumPy array nor safetensors", at: file.path,
      remedy: "save the embeddings with numpy.save or safetensors")
    guard file.size >= 8 else { throw unknown }
    let first = try file.read(0, 8)
    // Any eight bytes can be read as a length; one that does not fit says that this is another format.
    guard let size = try? SafetensorsHeader.size(first, fileSize: file.size, file: file.path), size <= maximumSize
    else { throw unknown }
    let header = try SafetensorsHeader(json: file.read(8, size), fileSize: file.size, file: file.path)
    return header.entries.compactMap { entry in
      EmbeddingElement(rawValue: entry.dtype).map {
        (entry.name, EmbeddingArray(element: $0, shape: entry.shape, start: entry.range.lowerBound))
      }
    }
  }
}
