package io.github.dl4jinit.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.deeplearning4j.nn.conf.layers.Layer;

/** The classes that the jar of deeplearning4j-nn holds. */
public final class Dl4jClasses {

    private Dl4jClasses() {}

    /** Every subclass that objects can be made of. */
    public static List<Class<?>> concrete(Class<?> parent) {
        try (JarFile jar = new JarFile(Path.of(Layer.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toFile())) {
            return jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith("org/deeplearning4j/nn/") && name.endsWith(".class"))
                    .<Class<?>>map(Dl4jClasses::load)
                    .filter(type -> parent.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Class<?> load(String entry) {
        String name = entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
        try {
            return Class.forName(name, false, Layer.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
