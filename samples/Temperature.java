public class Temperature {
    private final double celsius;

    public Temperature(double celsius) {
        this.celsius = celsius;
    }

    public double toFahrenheit() {
        return celsius * 9 / 5 + 32;
    }

    // TODO: convert to kelvin


    public static void main(String[] args) {
        Temperature boiling = new Temperature(100);
        System.out.println(boiling.toFahrenheit());
    }
}
